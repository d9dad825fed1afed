"""Words of which the names of elements are commonly made: of two names of one element, a word is rarely the slip."""

from __future__ import annotations

import re
from functools import cache

WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])")
_COMMON = """
    account action active actor address age agent alias align all alt amount anchor answer api app application
    archive area arg argument array article artifact asset attachment attribute audio author auto avatar balance
    bank bar barcode base batch bean bic billing binary birthday block body bold bond book boolean border box branch
    brand browser buffer build bundle button buyer byte cache calendar call cancel caption card cart case catalog
    category cell center change channel chapter character charge chart check child choice cite city class client
    clock code collection color colour column command comment company component condition config configuration
    connection constant contact container content context contract contributor control copy copyright core cost
    count counter country county create creator credit currency current customer cycle data database date day debit
    debtor default definition delay delete delivery department dependency depth description design destination
    detail developer device dialog dictionary dimension directory disabled discount display distance district
    document domain double driver duration edge edit edition editor element email employee empty enabled encoding
    end endpoint engine entity entry enum environment episode error event example exception exchange exclude
    expiry export expression extension factory family fax feature feed fee field figure file filter finish first
    flag flight float folder font footer footnote force form format forward frame frequency from front function
    gender generator genre geometry given global goal grade graph grid gross group guid handler hash head header
    heading height help hidden history home host hour html icon id identifier image import include index info
    information input instance integer interface interval invoice isbn issue item job journal key keyword kind
    label lang language last latitude layer layout lead left length level library licence license limit line link
    list listener literal load local locale location log login logo long longitude mail main manager manifest map
    margin mark match material max maximum measure media member memo menu message meta metadata method metric min
    minimum minute mobile mode model module money month movie music name namespace nation net network news next
    node note null number object observation offer office offset one operation operator option order organisation
    organization origin outline output owner pack package page panel paper para paragraph param parameter parent
    part partner party password path patient pattern payee payer payment percent period permission person phone
    photo phrase picture pipeline place plan platform player plugin point policy port position post postcode power
    prefix preface price priority private process producer product profile program project property protocol
    provider province public publication publisher purchase purpose quantity query question queue quote random
    range rank rate ratio raw read reader reason receipt receiver recipe record reference region register
    registration relation release remark report repository request required resource response result return review
    revision right road role room root route row rule run sale sample scale schedule schema scope score screen
    script search season second section sector security segment select sender sentence sequence serial series
    server service session set setting settings shape share shipment shipping shop short show sidebar signature
    site size slide source space span speaker speed staff stage start state statement station status step stock
    stop store stream street string strong structure style subject subtitle summary supplier surname symbol system
    tab table tag target task tax team telephone template term terms test text theme thread thumbnail ticket time
    timeout timestamp title tool topic total town track trade train transaction transfer translation transport
    travel tree trigger type unique unit update upload uri url usage user username utility valid value variable
    variant vat vehicle vendor version video view visible visit volume warehouse warning web website week weight
    width window word work worker year zip zone
    """
COMMON = frozenset(_COMMON.split())


def words_of(name: str) -> list[str]:
    """The words in a name (camel case), its prefix aside, in small letters."""
    return [word.lower() for word in WORD.findall(name.rpartition(":")[2])]


def is_common(word: str) -> bool:
    """Whether a word, or its singular, is common in names."""
    return word in COMMON or (word.endswith("s") and word[:-1] in COMMON)


@cache
def common_triples() -> frozenset[str]:
    """All runs of three letters in the words that are common in names."""
    return frozenset(word[at : at + 3] for word in COMMON for at in range(len(word) - 2))


def common(name: str) -> float:
    """The share of the words in a name that names often have."""
    words = words_of(name)
    return sum(map(is_common, words)) / len(words) if words else 0.0
