"""What people and portals say in sentences of their own, in several languages: what is wrong, and with what.

A sentence is read by three tables: words that complain, words for the parts of a document, and words for what a value
should have been. What it names is quoted, stands behind such a word, or is written as no word of a language is.
"""
# ruff: noqa: E501 - the words of one language are one line

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ...document.edits import Stretch
from .formats import Kind

_LONGEST = 600  # characters of a sentence; what is longer was written by a program
_SENTENCE = re.compile(r"(?:[^.!?;\n]|[.!?;](?!\s|$))+")


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


# en, de, fr, it, es, nl, pt, pl; the first kind that is spoken of counts
_COMPLAINTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.MISSING, _any(
        r"missing|lacks?|lacking|(?:is|was|are|were)\s+(?:not\s+(?:present|provided|found|specified|filled(?:\s+in)?|supplied)|empty|blank)|(?:cannot|can't|must\s+not|may\s+not|should\s+not)\s+be\s+(?:empty|blank|null)|not\s+be\s+empty",
        r"fehlt|fehlen|fehlende[rsnm]?|vermisst|nicht\s+(?:vorhanden|angegeben|gefunden|gef\u00fcllt|bef\u00fcllt|ausgef\u00fcllt|\u00fcbermittelt|enthalten|belegt)|ist\s+leer|(?:darf|d\u00fcrfen)\s+nicht\s+leer(?:\s+sein)?|muss\s+(?:angegeben|vorhanden|gef\u00fcllt|bef\u00fcllt|ausgef\u00fcllt)",
        r"manque(?:nt)?|manquante?s?|absente?s?|(?:est|sont)\s+vides?|non\s+(?:renseign\u00e9|pr\u00e9sent|trouv\u00e9|fourni)e?s?|n['\u2019]est\s+pas\s+(?:renseign\u00e9|pr\u00e9sent|trouv\u00e9|fourni)e?|doit\s+\u00eatre\s+(?:renseign\u00e9|pr\u00e9sent|fourni)e?|introuvable",
        r"manca(?:no|nte|nti)?|assent[ei]|non\s+(?:\u00e8\s+|\u00e8\s+stato\s+)?(?:present[ei]|valorizzat[oaie]|indicat[oaie]|compilat[oaie]|trovat[oaie])|\u00e8\s+vuot[oa]",
        r"faltan?|faltante|ausente|est\u00e1\s+vac[i\u00ed][oa]|no\s+(?:est\u00e1|ha\s+sido|fue|se\s+ha|se)\s+(?:presente|informad[oa]|encontrad[oa]|indicad[oa]|encontr\u00f3|rellenad[oa])|no\s+existe|no\s+puede\s+estar\s+vac[i\u00ed][oa]",
        r"ontbre(?:ekt|ken|kende?)|niet\s+(?:aanwezig|ingevuld|gevonden|opgegeven)|is\s+leeg|mag\s+niet\s+leeg\s+zijn",
        r"n\u00e3o\s+(?:foi\s+)?(?:informad[oa]|preenchid[oa]|encontrad[oa])|est\u00e1\s+em\s+falta",
        r"brak(?:uje)?|brakuj\u0105cy|nie\s+(?:podano|znaleziono|wype\u0142niono)",
    )),
    (Kind.DUPLICATE, _any(
        r"duplicated?|(?:appears|occurs|given|defined)\s+(?:twice|more\s+than\s+once)|only\s+once",
        r"doppelt|mehrfach|zweimal|nur\s+einmal", r"en\s+double|dupliqu\u00e9e?s?|deux\s+fois", r"duplicat[oaie]|due\s+volte",
        r"duplicad[oa]s?|repetid[oa]s?|dos\s+veces", r"dubbele?|twee\s+keer|meermaals",
    )),
    (Kind.UNEXPECTED, _any(
        r"not\s+(?:allowed|permitted|expected|supported|recogni[sz]ed|known|declared|defined)|unexpected|unknown|unrecogni[sz]ed|unsupported|undefined|undeclared|does(?:\s+not|n't)\s+exist|invalid\s+(?:at\s+this\s+location|here|element|tag|field|attribute|child)",
        r"nicht\s+(?:erlaubt|zul\u00e4ssig|zugelassen|erwartet|bekannt|vorgesehen|definiert|deklariert|erkannt|gestattet|unterst\u00fctzt)(?:e[rsnm]?)?|darf\s+(?:hier\s+|an\s+dieser\s+stelle\s+)?nicht\s+(?:stehen|vorkommen|verwendet)|existiert\s+nicht|unzul\u00e4ssige[rsnm]?|unzul\u00e4ssig|unbekannte[rsnm]?|unbekannt|unerwartete[rsnm]?|unerwartet|\u00fcberfl\u00fcssig",
        r"(?:n['\u2019](?:est|\u00e9tait)\s+pas|non)\s+(?:autoris\u00e9|permis|attendu|reconnu|d\u00e9fini|admis|d\u00e9clar\u00e9)e?s?|inattendue?s?|inconnue?s?|interdite?s?",
        r"non\s+(?:\u00e8\s+)?(?:ammess|consentit|previst|permess|riconosciut|attes|dichiarat)[oaie]|imprevist[oa]|sconosciut[oa]|inattes[oa]",
        r"no\s+(?:est\u00e1\s+|es\s+)?(?:permitid|admitid|esperad|reconocid|autorizad|declarad)[oa]s?|inesperad[oa]s?|desconocid[oa]s?",
        r"niet\s+(?:toegestaan|toegelaten|verwacht|bekend|herkend)|onverwachte?|onbekende?",
        r"n\u00e3o\s+(?:\u00e9\s+)?(?:permitid|esperad|reconhecid)[oa]|inesperad[oa]|desconhecid[oa]", r"niedozwolony|nieznany|nieoczekiwany",
    )),
    (Kind.VALUE, _any(
        r"invalid|not\s+(?:a\s+)?valid|wrong(?:ly)?|incorrect|malformed|illegal|must\s+be\s+(?:an?\s+)?(?:numeric|number|integer|decimal|date|boolean)|does\s+not\s+(?:match|conform)|too\s+(?:long|short)|exceeds|must\s+(?:be|have|match)\b[^.]{0,25}\bformat|not\s+in\s+(?:the\s+)?(?:lexical|value|allowed)\s+(?:space|range|list)|cannot\s+be\s+(?:parsed|converted|interpreted)|could\s+not\s+be\s+(?:parsed|converted)",
        r"ung\u00fcltige?[rsnm]?|keine?n?\s+g\u00fcltige[rsn]?|nicht\s+g\u00fcltig|falsche?[rsnm]?|fehlerhafte?[rsnm]?|entspricht\s+nicht|zu\s+(?:lang|kurz|gro\u00df|klein)|\u00fcberschreitet|stimmt\s+nicht|inkorrekt|muss\s+(?:numerisch|eine\s+Zahl)|muss\b[^.]{0,25}\bFormat|kann\s+nicht\b[^.]{0,50}\b(?:konvertiert|umgewandelt|interpretiert|gelesen)",
        r"invalides?|non\s+valides?|pas\s+(?:une?\s+\w+\s+)?valides?|incorrecte?s?|erron\u00e9e?s?|mal\s+format\u00e9e?s?|ne\s+(?:correspond|respecte)\s+pas|trop\s+(?:long|longue|court|courte)|d\u00e9passe|doit\s+\u00eatre\s+au\s+format|ne\s+peut\s+(?:pas\s+)?\u00eatre\s+converti",
        r"non\s+(?:\u00e8\s+)?(?:una?\s+\w+\s+)?(?:valid|corrett|conform)[oaei]|errat[oa]|invalid[oa]|non\s+rispetta|tropp[oa]\s+(?:lung|cort)[oa]|supera|impossibile\s+convertire|non\s+pu\u00f2\s+essere\s+convertit[oa]|deve\b[^.]{0,20}\bformato",
        r"(?:no\s+(?:es\s+)?(?:una?\s+\w+\s+)?(?:v\u00e1lid|correct)|inv[\u00e1a]lid|incorrect|err[\u00f3o]ne)[oa]s?|no\s+(?:cumple|coincide|corresponde)|no\s+se\s+puede\s+convertir|debe\b[^.]{0,20}\bformato|demasiado\s+(?:larg|cort)[oa]",
        r"ongeldige?|geen\s+geldige?|onjuiste?|niet\s+(?:geldig|juist|correct)|foutieve?|foute?|voldoet\s+niet|kan\s+niet\s+worden\s+(?:geconverteerd|omgezet)|te\s+(?:lang|kort)|overschrijdt",
        r"n\u00e3o\s+(?:\u00e9\s+)?v\u00e1lid[oa]", r"nieprawid\u0142ow[yae]|b\u0142\u0119dn[yae]",
    )),
    (Kind.MISSING, _any(
        r"mandatory|required|must\s+be\s+(?:present|provided|specified|filled|supplied|given)",
        r"erforderlich|Pflicht\w*|Muss-?\w+|notwendig|wird\s+ben\u00f6tigt", r"obligatoires?|requise?s?",
        r"obbligatori[oa]|richiest[oa]", r"obligatori[oa]|requerid[oa]|necesari[oa]", r"verplichte?|vereiste?", r"obrigat\u00f3ri[oa]", r"wymagan[yae]",
    )),
)  # fmt: skip
_ELEMENT = r"elements?|elemente?n?|fields?|tags?|nodes?|segment[oes]?|record|\w*feld(?:es)?|knoten|balises?|champs?|rubrique|[\u00e9e]l[\u00e9e]ments?|elementos?|campos?|etiquetas?|nodo|velden?|segmento|kolom|spalte|column|propert(?:y|ies)|pole"
_ATTRIBUTE = r"attribut(?:es?|s|o|i)?|atributos?|attribuut|attributen"
_OF_XML = re.compile(r"\W*(?:attr|[e\u00e9]l[e\u00e9]m|tag|node|nod[oi]|knoten|balise|etiqueta)", re.IGNORECASE)
_VALUE = r"values?|wert(?:es?)?|inhalt|zeichenfolge|string|valeurs?|valore|valor|waarde|codes?|format"
_CHARACTERS = _any(r"characters?|zeichen|sonderzeichen|caract\u00e8res?|caratter[ei]|caracteres?|tekens?")
_NOUN = rf"(?P<element>{_ELEMENT})|(?P<attribute>{_ATTRIBUTE})|(?P<value>{_VALUE})"
_BEFORE = re.compile(rf"(?<![\w-])(?:{_NOUN})\s*[:=]?\s*(?:[\w\u2019']+\s+)?$", re.IGNORECASE)
_BEHIND = re.compile(rf"^[\s-]{{1,2}}(?:{_NOUN})(?![\w-])", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?<![\w-])(?:in|im|inside|of|on|under|within|for|von|vom|bei|beim|unter|innerhalb|auf|f\u00fcr|dans|de|du|en|sous|sur|"
    r"pour|di|del|dell[ao]?|nel|nell[ao]?|su|per|dentro|bajo|para|van|binnen|onder|bij|voor|op|w)"
    rf"\s+(?:[\w\u2019']+\s+){{0,2}}(?:(?:\w*[\u2019'])?(?:{_ELEMENT}|{_ATTRIBUTE})\s*)?[(<\u00ab\u201e\"'\s]*$",
    re.IGNORECASE,
)
_KEY = re.compile(r"[{,]\s*$")
_SAYING = re.compile(r"\"([^\"\s]*(?:\s[^\"\s]*){2,60})\"")  # words in quotes, as JSON has a message, and no name
# what may follow a word for a part of a document and is no name
_COMMON = (
    r"\w+lich|[a-z]+(?:ed|ing)|and|are|at|but|cannot|can|contains?|content|does|for|from|has|have|is|in|invalid|list|may|mandatory|missing|must|name|names|not|of|on|or|order|"
    r"should|that|the|to|type|unknown|value|values|was|were|which|with|without|an|am|auf|aus|bei|beim|das|dem|den|der|des|die|darf|d\u00fcrfen|dieses|ein|eine|einen|enth\u00e4lt|"
    r"fehlen|fehlende|fehlt|f\u00fcr|hat|im|ist|kann|mit|muss|nicht|oder|ohne|sind|und|ung\u00fcltig|unbekannt|vom|von|werden|wird|wurde|zu|zum|"
    r"absent|avec|dans|de|des|doit|du|en|enfant|est|et|hors|inconnu|inattendu|manquant|manque|ne|non|obligatoire|ou|par|pas|pour|qui|racine|requis|sans|sont|sur|"
    r"che|con|da|del|della|deve|di|figlio|ha|il|la|manca|mancante|nel|nella|no|obbligatorio|per|previsto|radice|richiesto|\u00e8|"
    r"contiene|debe|desconocido|el|es|est\u00e1|falta|faltante|hijo|obligatorio|para|por|que|ra\u00edz|requerido|se|secundario|sin|tiene|"
    r"bevat|een|heeft|het|is|met|moet|niet|ontbreekt|van|voor|zonder|verplicht"
)
_NAMED = re.compile(
    r"</?(?P<tag>[\w.:-]{1,80})\s*/?>"
    "|(?<!\\w)(?:\"(?P<q1>[^\"\\n]{1,80})\"|[\u201c\u201e\u201f]\\s?(?P<q2>[^\u201c\u201d\\n]{1,80})[\u201c\u201d]|\u00ab\\s?(?P<q3>[^\u00bb\\n]{1,80}?)\\s?\u00bb"
    "|'(?P<q4>[^'\\n]{1,80})'(?!\\w)|`(?P<q5>[^`\\n]{1,80})`|\u2018(?P<q6>[^\u2019\\n]{1,80})\u2019(?!\\w))"
    rf"|(?<![\w-])(?:{_ELEMENT}|{_ATTRIBUTE})\s*[:=]?\s+(?P<named>(?-i:@?[A-Z])[\w:/@-]*(?:\.\w+)*)"
    rf"|(?<![\w-])(?:elemente?|tag|node|balise|[\u00e9e]l[\u00e9e]ment|elemento|etiqueta|{_ATTRIBUTE})\s*[:=]?\s+(?!(?:{_COMMON})(?!\w))(?P<named2>[a-z][\w:-]+)"
    r"|(?<![\w./:@-])(?P<value>[A-Z]{2}\d{2}[A-Z0-9]{10,30}|(?<=BIC\ )[A-Z0-9]{8,11}|\d[\d.,:/-]*\d(?:[TZ+][\d:Z.+-]*)?)(?![\w-])"
    r"|(?<![\w./:@-])(?P<word>/{0,2}@?[A-Za-z_][\w.:/@-]*\w)",
    re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"^\W*(?:[\w ]{1,30}:\s*)?(?P<name>[A-Z][\w:.-]{2,})\s+(?:is|are|was|cannot|must|may|should|fehlt|ist|darf|muss|manque|est|doit|manca|\u00e8|falta|es|debe|no|ontbreekt|mag|moet)\b"
)
# what is written as no word of a language is: mixed case, digits among capitals, parts
_TECHNICAL = re.compile(
    r"(?:/{0,2}(?:[\w-]+[:/])*@?(?:[A-Z]*[a-z\d]+[A-Z]\w*|[A-Za-z]+_\w+|[A-Z]{2,}\d[A-Z0-9]*[A-Z]\w*)"
    r"|@?[A-Za-z][\w-]*:[A-Za-z][\w.-]*"
    r"|/{0,2}[A-Z][\w-]*(?:/@?[A-Za-z][\w-]*)+)(?:\[\d+\])?"
)
_FILE = re.compile(
    r"/(?:home|tmp|var|usr|opt|etc)/.*|\w:.*[\\/].*|.*\.(?:xml|xsd|\w{1,4}ml|object|java|php|py|txt|zip)"
)
_NAME = re.compile(r"/{0,2}@?[A-Za-z_\u00c0-\u024f][\w.:@/-]*$")
_EXPECTS = _any(
    r"expect(?:s|ed|ing)?",
    r"erwartet\w*",
    r"attendue?s?",
    r"attes[oaie]",
    r"esperad[oa]s?|esperaba",
    r"verwachte?",
    r"should\s+be|must\s+be|instead\s+of|statt",
    r"richtig\s+(?:w\u00e4re|ist)",
)
_FOUND = _any(
    r"found|got|actual|but\s+(?:was|is|have)",
    r"gefunden|vorgefunden|erhalten",
    r"trouv\u00e9e?s?|re\u00e7ue?s?",
    r"trovat[oa]",
    r"encontr(?:ad[oa]|\u00f3)",
    r"gevonden",
)
_ALLOWED = re.compile(
    r"(?<![\w-])(?:(?:(?:allowed|permitted|possible|valid|expected|supported)\s+(?:values?|codes?)|(?:erlaubte?|zul\u00e4ssige?|g\u00fcltige?|m\u00f6gliche?|erwartete?)\s+(?:werte?|codes?)|erlaubt|zul\u00e4ssig|"
    r"valeurs?\s+(?:autoris|permis|possibl|attendu|admis)\w*|valor[ei]\s+(?:ammess|consentit|possibil)\w*|valores?\s+(?:permitid|admitid|posibl|esperad)\w*|toegestane\s+waarden?)"
    r"(?:\s*:|\s+(?:are|is|sind|ist|sont|est|sono|\u00e8|son|es|zijn)\b:?)|must\s+be\s+one\s+of:?)\s*(?P<list>(?:[^.)]|\.(?=\S)){1,300})",
    re.IGNORECASE,
)
# what a value should have been, as a type of XML Schema
_TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dateTime", _any(r"(?:YYYY|JJJJ|AAAA|RRRR)-MM-(?:DD|TT|JJ|GG)T\S+", r"date-?time|datetime|timestamp|zeitstempel")),
    ("date", _any(r"(?:YYYY|JJJJ|AAAA|RRRR)-MM-(?:DD|TT|JJ|GG)", r"(?:a|valid)\s+date|g\u00fcltiges\s+datum|date\s+valide|data\s+valida|fecha\s+v\u00e1lida|geldige\s+datum|xs:date")),
    ("integer", _any(r"integer|whole\s+number|ganzzahl\w*|ganze\s+zahl|nombre\s+entier|numero\s+intero|n\u00famero\s+entero|geheel\s+getal|xs:integer|xs:int")),
    ("decimal", _any(r"numeric|(?:a|valid)\s+(?:decimal\s+)?(?:number|amount)|decimal|numerisch|zahlen?format|(?:eine|g\u00fcltige)\s+zahl|(?:dezimal|flie\u00dfkomma)zahl|g\u00fcltiger\s+betrag|num\u00e9rique|nombre(?:\s+d\u00e9cimal)?|num\u00e9ro\s+valide|numeric[oa]|numero|num\u00e9ric[oa]|n\u00famero|numeriek|getal|float|double|xs:decimal")),
    ("boolean", _any(r"boolean|true\s+or\s+false|boolesch\w*|wahrheitswert|bool\u00e9en|booleano?")),
)  # fmt: skip
_URI = re.compile(r"(?:https?:|urn:)[^\s\"'\u2018\u2019\u201c\u201d<>(),;]+[^\s\"'\u2018\u2019\u201c\u201d<>(),;.:]")
_NAMESPACE = _any(
    r"(?:xml-?)?namespaces?",
    r"namens?raum(?:s|es)?",
    r"espace\s+de\s+noms?",
    r"spazio\s+dei\s+nomi",
    r"espacio\s+de\s+nombres",
    r"naamruimte",
)
_PLACES = _any(
    r"zeile|zeilennummer|line|ligne|riga|l[i\u00ed]nea|regel|linha|row|spalte|column|colonne|colonna|columna|kolom|position|error|fehler|erreur|errore|code|status"
)
_NO_NAMES = _any(r"zeile|line|ligne|riga|l[i\u00ed]nea|regel|linha|row|error|fehler|erreur|errore|datei|file|xml|xsd|fichier|null|true|false|what|this|that|it|the|there|which|das|dies|diese|es|le|la|il|ce|cette|questo|esto|dit|dat|import|validation|document|dokument")  # fmt: skip

_STAYS = re.compile(
    r"\b(?:must|should|has to|have to|needs? to|shall|may)\s+(?:(?:please|also)\s+)?"
    r"(?:stay|remain|be kept|be left|not (?:be )?(?:chang|touch|alter|modif|remov|delet)\w*)"
    r"|\b(?:do not|don't|never|without)\s+(?:chang|touch|alter|modif|remov|delet|los)\w*"
    r"|(?:^|\b(?:please|and|but|to|should|must)\s+)(?:keep|leave|preserve)\b"
    r"|\b(?:muss|m\u00fcssen|soll|sollen|sollte|darf|d\u00fcrfen)\b.{0,60}?\b(?:bleiben|nicht\b.{0,20}?\b(?:ge)?\u00e4nder\w*)"
    r"|\bnicht\s+(?:\u00e4ndern|anfassen|l\u00f6schen|entfernen)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"^\s*(?:please\s+|bitte\s+|just\s+|and\s+)*(?:set|change|replace|remove|delete|add|insert|rename|make|ignore|use(?!\s+of)|"
    r"setze|\u00e4ndere|ersetze|entferne|l\u00f6sche)\b",
    re.IGNORECASE,
)


def wants_kept(sentence: str) -> bool:
    """Whether a sentence is the wish that something stays as it is."""
    return _STAYS.search(sentence) is not None


def wants_changed(sentence: str) -> bool:
    """Whether a sentence tells to do something."""
    return _CHANGES.match(sentence) is not None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a sentence complains of, and what it names; `expected` are names, values or one namespace.

    What `is_bare` may be a word of the language, or a label of a form, and no name of the document.
    """

    kind: Kind
    span: Stretch
    is_bare: bool = False
    name: str = ""
    parent: str = ""
    value: str = ""
    found: str = ""
    expected: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """What a sentence names: what stands in front of it tells whether it is an element, an attribute or a value."""

    text: str
    role: str
    inside: bool
    start: int
    is_quoted: bool
    is_bare: bool

    @property
    def is_name(self) -> bool:
        return self.role != "value" and _NAME.match(self.text) is not None


def complaints(text: str) -> Iterator[Complaint]:
    """What the sentences of a text complain of, in so far as they name it."""
    text = _SAYING.sub(r" \1 ", text)
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        if len(sentence) > _LONGEST or (found := _complaint(sentence, Stretch(*match.span()))) is None:
            continue
        behind = _SENTENCE.search(text, match.end() + 1)  # "... The expected format is ..."
        if (
            behind
            and not found.expected
            and found.kind is Kind.UNEXPECTED
            and (listed := _ALLOWED.search(behind.group()))
        ):
            found = replace(found, expected=_listed(listed["list"]))
        elif behind and not (found.type or found.expected) and _EXPECTS.search(behind.group()):
            if found.kind is Kind.VALUE:
                found = replace(found, type=_type(behind.group()))
            elif found.kind is Kind.UNEXPECTED and not any(words.search(behind.group()) for _, words in _COMPLAINTS):
                found = replace(found, expected=tuple(word.text for word in _words(behind.group()) if word.is_name))
        yield found


def _complaint(sentence: str, span: Stretch) -> Complaint | None:
    if wants_kept(sentence) or wants_changed(sentence):
        return None
    kinds = [kind for kind, words in _COMPLAINTS if words.search(sentence)]
    uris = _URI.findall(sentence)
    if uris and _NAMESPACE.search(sentence) and (kinds or _EXPECTS.search(sentence)):
        return _of_namespace(sentence, span, uris)
    words = list(_words(sentence))
    if not kinds and _EXPECTS.search(sentence) and _FOUND.search(sentence):
        kinds = [Kind.UNEXPECTED]
    if not kinds or not words:
        return None
    if (met := _met(sentence, words)) is not None:
        wanted, found = met
        return Complaint(Kind.UNEXPECTED, span, name=found.text, expected=(wanted.text,))
    attribute = next((word for word in words if word.role == "attribute" and word.is_name), None)
    kind = _kind(kinds, words, sentence)
    if kind is Kind.VALUE:
        return _of_value(sentence, span, words, attribute)
    named = [word for word in words if word.is_name]
    if not named:
        return None
    if attribute is not None:
        parent = next((word.text for word in named if word is not attribute), _bare_parent(sentence, attribute))
        kind = {Kind.MISSING: Kind.MISSING_ATTRIBUTE, Kind.UNEXPECTED: Kind.UNEXPECTED_ATTRIBUTE}.get(kind, kind)
        return Complaint(kind, span, name=attribute.text.lstrip("@"), parent=parent)
    subject = next((word for word in named if not word.inside), named[0])
    parent = next((word.text for word in named if word.inside and word is not subject), "")
    expected = () if kind is not Kind.UNEXPECTED else _expected(sentence, named, subject)
    return _at_path(Complaint(kind, span, subject.is_bare, name=subject.text, parent=parent, expected=expected))


def _kind(kinds: Sequence[Kind], words: Sequence[_Word], sentence: str) -> Kind:
    """What is complained of: of what is not allowed or wrong the value, where one is spoken of."""
    kind = kinds[0]
    if kind is Kind.UNEXPECTED and (
        any(word.role == "value" or not word.is_name for word in words) or _CHARACTERS.search(sentence)
    ):
        return Kind.VALUE
    return kind


def _of_namespace(sentence: str, span: Stretch, uris: Sequence[str]) -> Complaint:
    """Which of the namespaces was expected: the one behind the word for that, or the second."""
    expects = _EXPECTS.search(sentence)
    behind = [uri for uri in uris if expects and sentence.find(uri) > expects.end()]
    expected = behind[0] if behind else (uris[1] if len(uris) > 1 else "")
    found = next((uri for uri in uris if uri != expected), "")
    return Complaint(Kind.NAMESPACE, span, found=found, expected=(expected,) if expected else ())


def _of_value(sentence: str, span: Stretch, words: Sequence[_Word], attribute: _Word | None) -> Complaint | None:
    listed = _ALLOWED.search(sentence)
    expects = _EXPECTS.search(sentence)
    ends = min([match.start() for match in (listed, expects) if match], default=len(sentence))
    met = expects is not None and _FOUND.search(sentence) is not None
    before = [word for word in words if word.start < ends] or (list(words) if met else [])
    value = next((word for word in before if word.role == "value"), None)
    value = value or next((word for word in before if not word.is_name), None)
    named = [word for word in before if word.is_name and word is not value]
    if value is None and len(named) > 1:
        value = next((word for word in named if word.is_quoted and word.role not in ("element", "attribute")), None)
        named = [word for word in named if word is not value]
    if value is None and not named:
        return None
    name = attribute or next(iter(named), None)
    type_ = _type(sentence)
    expected = _listed(listed["list"]) if listed else ()
    parent = next((word.text for word in named if word is not name and word.inside), "") if attribute else ""
    return _at_path(
        Complaint(
            Kind.VALUE, span, name is not None and name.is_bare, name=name.text if name else "", parent=parent, value=value.text if value else "",
            expected=expected, type="" if listed else type_,
        )
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    """The values or names of a list."""
    items = re.split(r"\s*[,/|;]\s*|\s+(?:or|oder|ou|o|of|and|und|et|e|y|en)\s+", text)
    cleaned = (item.strip(" \"'<>\u201c\u201d\u201e\u00ab\u00bb()[]") for item in items)
    return tuple(item for item in cleaned if item and " " not in item)


def _type(sentence: str) -> str:
    """The type of XML Schema that a value should have had, as a sentence says."""
    return next((name for name, pattern in _TYPES if pattern.search(sentence)), "")


def _words(sentence: str) -> Iterator[_Word]:
    """What a sentence names, in its order."""
    found = False
    for match in _NAMED.finditer(sentence):
        group = match.lastgroup or ""
        text = match[group].strip()
        start = match.start(group)
        head = sentence[:start].rstrip("\"'\u201c\u201e\u00ab\u2018`<( ")
        before, behind = _BEFORE.search(f"{head} "), _BEHIND.match(sentence[match.end() :])
        noun = before or behind
        role = noun.lastgroup or "" if noun else ""
        if group.startswith("named"):
            role = "attribute" if re.match(_ATTRIBUTE, match.group(), re.IGNORECASE) else "element"
        elif group == "tag":
            role = role if role == "attribute" else "element"
        elif group == "value":
            role = "value"
        if text.startswith("@") or "/@" in text:
            role = "attribute"
        if group.startswith("q") and _KEY.search(sentence[: match.start()]) and sentence[match.end() :].startswith(":"):
            continue  # the key of an object in JSON
        if not text or (group == "word" and not _TECHNICAL.fullmatch(text)) or _is_none(sentence, match):
            continue
        found = True
        inside = _INSIDE.search(sentence[: start if group.startswith("named") else match.start()]) is not None
        is_bare = group == "named2" or (
            group == "named" and not _TECHNICAL.fullmatch(text) and not (noun and _OF_XML.match(noun[0].strip()))
        )
        yield _Word(text, role, inside, start, group.startswith("q"), is_bare)
    label = None if found else _LABEL.match(sentence) or _labelled(sentence)
    if label and not _NO_NAMES.fullmatch(label["name"]):
        yield _Word(label["name"], "element", inside=False, start=label.start("name"), is_quoted=False, is_bare=True)


def _labelled(sentence: str) -> re.Match[str] | None:
    """The name in "Price: invalid format" and "Required attribute missing: price"."""
    for _, words in _COMPLAINTS:
        if complaint := words.search(sentence):
            before = re.search(r"(?:^|[\s:])(?P<name>[A-Z][\w.-]{2,}):\s*$", sentence[: complaint.start()])
            return before or re.compile(r"\s*:\s*(?P<name>[A-Za-z_][\w.:-]*\w)\W*$").match(sentence, complaint.end())
    return None


def _is_none(sentence: str, match: re.Match[str]) -> bool:
    """Whether what looks like a name or a value is a line, a file, the code of an error or the like."""
    group, text = match.lastgroup or "", match[match.lastgroup or 0]
    if group not in ("named", "named2", "word", "value"):
        return False
    before = re.search(
        r"(\w+)(?:\s+(?:nr|no|num)\.?|\s?number)?\s*[:=#(]*\s*$", sentence[: match.start()], re.IGNORECASE
    )
    counts = before is not None and _PLACES.fullmatch(before[1]) is not None
    is_code = (
        re.fullmatch(r"[A-Z0-9_]+", text) is not None
        and re.match(r"\s*[:(]", sentence[match.end() :]) is not None
        and "_" in text
    )
    return (
        _NO_NAMES.fullmatch(text) is not None
        or _FILE.fullmatch(text) is not None
        or (group == "value" and (counts or (text.isdecimal() and not _BEFORE.search(f"{sentence[: match.start()]} "))))
        or (
            group == "value"
            and sentence[: match.start()].endswith("(")
            and re.fullmatch(r"\d+(?:[:,]\d+)?", text) is not None
        )
        or is_code
        or ("/" in text and any(words.search(text.replace("/", " ")) for _, words in _COMPLAINTS))
    )


def _met(sentence: str, words: Sequence[_Word]) -> tuple[_Word, _Word] | None:
    """Which name was expected and which was found, where a sentence speaks of both."""
    expects, found = _EXPECTS.search(sentence), _FOUND.search(sentence)
    named = [word for word in words if word.is_name]
    if expects is None or found is None or len(named) != 2:  # noqa: PLR2004 - one of each
        return None
    first, second = named
    if min(expects.start(), found.start()) > first.start:  # the word stands behind its name
        return (first, second) if expects.start() < found.start() else (second, first)
    return (first, second) if expects.start() < found.start() else (second, first)


def _expected(sentence: str, named: Sequence[_Word], subject: _Word) -> tuple[str, ...]:
    expects = _EXPECTS.search(sentence)
    return tuple(
        word.text.rpartition(":")[2]
        for word in named
        if expects and word is not subject and word.start > expects.start()
    )


def _bare_parent(sentence: str, attribute: _Word) -> str:
    """The element that an attribute is of, where it stands there as it is."""
    match = re.match(
        r"\W+(?:[\w']+\s+){0,4}?(?:on|of|in|for|bei|beim|an|am|von|im|f\u00fcr|dans|de|sur|su|di|en|op|van|bij)\s+(?P<name>[A-Z][\w.:-]*)",
        sentence[attribute.start + len(attribute.text) :],
    )
    return match["name"] if match else ""


def _at_path(complaint: Complaint) -> Complaint:
    """A name that is written as a path names its parent too."""
    steps = [step for step in re.sub(r"\[[^\]]*\]", "", complaint.name).split("/") if step]
    if len(steps) < 2 or "//" in complaint.name:  # noqa: PLR2004 - an element and what holds it
        return complaint
    name, parent = steps[-1], steps[-2]
    kind = complaint.kind
    if name.startswith("@"):
        kind = {Kind.MISSING: Kind.MISSING_ATTRIBUTE, Kind.UNEXPECTED: Kind.UNEXPECTED_ATTRIBUTE}.get(kind, kind)
    return Complaint(
        kind, complaint.span, complaint.is_bare, name=name.lstrip("@"), parent=complaint.parent or parent, value=complaint.value,
        found=complaint.found, expected=complaint.expected, type=complaint.type,
    )  # fmt: skip


@cache
def speaks_of_fault() -> re.Pattern[str]:
    """Words by which a line is known to complain."""
    return re.compile("|".join(words.pattern for _, words in _COMPLAINTS[:-1]), re.IGNORECASE)
