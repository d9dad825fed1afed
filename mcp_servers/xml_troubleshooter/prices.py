"""The costs of the readings of a broken place, and of the corrections of an element: every price, in one table.

A price says how unlikely it is that something happened to a document: 0 is no slip at all, about 1 one slip of the
pen, about 3 out of the question. The cost of a reading is the sum of its prices; of several readings the cheapest is
believed, and how much dearer the next one is counts as evidence about it (`repair/evidence.py`). So only differences
matter, and prices of one table are set off against each other: raise one, and all readings that it is part of lose.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingPrices:
    """The comparison of the readings of one place: how likely each is, by its cost."""

    equal: float = 0.35  # readings whose costs differ by less are equally good
    far: float = 2.0  # how much dearer the next reading may be and still count
    steep: float = 2.0  # how fast the probability of a reading falls with its cost
    unthought: float = 2.0  # the cost of a reading that nobody thought of


@dataclass(frozen=True, slots=True)
class PairingPrices:
    """Tags that do not pair: the possible meanings of each of them."""

    missing: float = 1.0  # an element lacks its end tag
    missing_void: float = 0.5  # one that has none in HTML: <br>
    slash_after: float = 0.5  # one whose slash is behind it: <a>/
    missing_at_end: float = 0.75  # one that is open at the end of the document
    # the share of `missing` for the second, the third element of one name that an end tag closes, and for each more
    missing_again: tuple[float, ...] = (0.0, 1.0, 0.7, 0.0005)
    cut_open: float = 0.1  # one more open element of a document that is cut off: the cut is one event
    extra: float = 1.15  # an end tag closes nothing
    extra_late: float = 0.8  # it is the one that was missing a moment ago
    letter_case: float = 0.4  # the names differ in case or prefix alone
    nameless: float = 0.5  # the end tag has lost its name
    typo: float = 0.7  # the names are alike
    other_name_leaf: float = 1.1  # the names are not, around nothing but text
    other_name: float = 1.5  # in one line or column
    other_name_askew: float = 1.8  # in different columns
    other_name_far: float = 2.2  # in places that no layout connects
    rename_of_another: float = 0.3  # more for a name that an element further out waits for
    swap: float = 1.0  # two tags changed places
    swap_told: float = 0.8  # and the layout says so: the outer start tag is indented deeper than the inner one
    slash_leaf: float = 0.8  # a slash is lost or too many at the tag of an element that holds only text
    slash: float = 1.1  # at the tag of another
    slash_before_text: float = 1.2  # more where text follows: the tag begins one of a list
    slash_between: float = 0.3  # less for "<p>" between two others in one column
    slash_ends_all: float = 0.6  # less for "<project>" behind all else, in the column of the first
    slash_slipped: float = 0.6  # less where it is in front of the tag: "/<p>"
    slash_but_empty: float = 1.0  # more for "<p/>" where others of the name are empty
    slash_root: float = 2.0  # more at the first tag of a document that goes on: the rest would be outside of it
    slash_void: float = 1.0  # more for "<br>" right behind "<br>": both are elements that HTML writes without end tags
    slash_last: float = 0.3  # less for "<p/>" with nothing behind it in its line
    dearest: float = 8.0  # the most that all the elements that one end tag closes may cost
    slack: float = 2.5  # how much dearer than the best a state of the search may be and still be followed
    lost_tag: float = 0.1  # by how much each tag that is read into a text must make the rest cheaper


@dataclass(frozen=True, slots=True)
class TagPrices:
    """One broken tag: its parts, and the end that it may have."""

    as_text: float = 2.5  # its "<" is only a character of the text
    as_text_glued: float = 1.2  # the same, right behind a letter: a<b
    as_text_but_ended: float = 4.0  # more where the text has an end tag of its name
    as_text_but_known: float = 1.5  # more where elements of its name do, or an attribute has a value
    unheard: float = 0.1  # less for a name that occurs nowhere else: in doubt "a <b" is text
    nameless: float = 1.6  # a value has lost the name of its attribute
    no_space: float = 1.0  # the blank before an attribute is missing
    no_value: float = 1.5  # an attribute has no value
    junk: float = 1.5  # a character is one too many
    more_junk: float = 0.5  # each more beside it
    comment: float = 0.5  # a comment is inside the tag
    no_end: float = 2.0  # its ">" is missing or mistyped, in front of a "<" or a blank
    early_end: float = 2.5  # it is missing in front of text
    shift: float = 0.3  # it is lost in front of a "." rather than mistyped as that
    punctuation: float = 0.3  # a punctuation mark in an end tag is a slip rather than that of the words behind
    early_end_bracketed: float = 1.5  # more where a ">" follows that would end the tag
    early_end_in_attributes: float = 2.0  # more where another attribute follows
    spaced_end: float = 0.5  # white space is inside "/>"
    form: float = 1.0  # a quotation mark, "=" or ">" is missing, doubled or in a wrong place
    no_sign: float = 2.0  # more where "=" is missing and nothing parts the name from the text before it
    swapped: float = 0.9  # two signs changed places: "= for =", or the first character of a value and its mark
    slipped_out: float = 1.0  # the last character of a value is behind its quotation mark
    unclosed: float = 2.0  # a value lacks its closing quotation mark
    embedded: float = 1.5  # a quotation mark is inside a value
    more_embedded: float = 0.75  # each more of them
    doubled_mark: float = 1.0  # more where the last of them is right in front of the closing one
    swallowed: float = 1.5  # a value ends in "name=": it has swallowed the next attribute
    glued_behind: float = 0.1  # a character is right behind the closing quotation mark
    less_than: float = 1.5  # "<" is in a value
    more_less_than: float = 0.25  # each more of them
    less_than_far: float = 1.0  # more in a namespace, or in a value of several lines
    greater_than: float = 0.05  # each ">" in a value
    other_marks: float = 0.15  # quotation marks are of another kind, which leaves no doubt
    unquoted: float = 0.6  # a plain value has none
    words: float = 1.6  # words that belong together have none
    braces_kept: float = 0.1  # braces around a value belong to it and do not stand for its quotation marks


@dataclass(frozen=True, slots=True)
class SectionPrices:
    """Single marks in text: "]]>" or "<" without its counterpart."""

    end_in_text: float = 0.1  # a "]]>" is text, and not a mark that was left behind
    begun: float = 0.3  # it ends a CDATA section whose beginning is missing, though no other of the name holds one
    between_tags: float = 1.0  # a "<" at the end of a line, right behind a tag and in front of one, is text


@dataclass(frozen=True, slots=True)
class PlacementPrices:
    """An element or text as the content of another, by evidence of the schema and the sound part of the document."""

    forbidden: float = 1.5  # the schema has no room for the element there
    forbidden_text: float = 1.2  # nor for text
    unused_text: float = 0.2  # it has, but no element of the name holds any
    unseen: float = 0.7  # the element has never been seen there
    unseen_in_itself: float = 0.3  # more inside one of its own name
    unseen_in_leaf: float = 0.3  # more where those around it have never held elements at all
    unseen_parent: float = 0.35  # nothing is known of the content of those around it
    at_home_elsewhere: float = 0.35  # more for an element that has been seen in others
    unseen_text: float = 0.7  # text has never been seen there
    text_in_unknown: float = 0.2  # text where nothing is known of the content of those around it
    beside_root: float = 2.0  # an element or text outside of the root element
    repeated: float = 0.8  # a second child of a name that occurs once everywhere else
    askew: float = 0.9  # the indentation is that of another level
    in_block: float = 0.3  # the share of it for each item in front of the last one of a block in one column
    indented: float = 0.3  # it has one, in an element that has none


@dataclass(frozen=True, slots=True)
class MissingEndTagPrices:
    """An element that lacks its end tag: the places where it may end, or another meaning of its start tag."""

    ends: float = 1.0  # it ends at some place
    unknown: float = 0.3  # more for one of a name that is not known
    stranger: float = 0.7  # more for a name in running text that never occurs there
    leftover: float = 1.2  # less where an empty line is left in place of the end tag
    slash_after: float = 0.4  # the slash of its empty tag is behind the ">"
    slash_inside: float = 0.4  # or inside the last value
    folder: float = 0.8  # more where that is an address or a path, which may end in one
    lost_bracket: float = 0.1  # less where the ">" of the end tag is left
    split: float = 0.25  # brothers of one name are parted
    cut: float = 3.0  # it ends early though the document stops before its end
    phrase: float = 0.4  # less for a few marked words that end with the phrase
    empty: float = 0.3  # less for holding nothing where others of the name hold nothing
    not_empty: float = 0.9  # holding nothing where others of the name hold something
    maybe_empty: float = 0.5  # holding nothing where nothing is known of others
    all_inside: float = 0.02  # less for holding all that follows
    text_of_line: float = 0.35  # less for holding the text that ends its line
    text_alone: float = 0.05  # less for holding some text
    leaf_with_elements: float = 0.2  # elements inside one of a name that holds none elsewhere
    tag_is_text: float = 1.6  # its start tag is meant as text
    attributes_in_text: float = 1.0  # more for one with attributes
    stranger_in_text: float = 0.1  # less for a name in running text that never occurs there
    known_in_text: float = 1.0  # more for a name that is known
    glued_in_text: float = 1.3  # less for a tag that is glued to the word in front
    sentence: float = 0.4  # less for a tag inside a sentence
    markup: float = 1.5  # more for names of HTML, or known in other letters' case
    not_in_schema: float = 0.6  # less for a name that the schema does not have
    between_tags: float = 1.0  # more for a tag in a line of its own, between others
    surplus: float = 1.7  # its start tag is one too many
    surplus_attributes: float = 1.2  # more for one with attributes, which is seldom one too many
    repeated: float = 0.3  # its start tag is written twice in the same layout


@dataclass(frozen=True, slots=True)
class SurplusEndTagPrices:
    """An end tag that closes nothing: the possible reasons for it."""

    removed: float = 1.0  # it is one too many
    removed_behind_twin: float = 0.3  # less right behind another of its name
    emptied: float = 0.9  # it is an empty tag whose slash is in the wrong place, where all others of the name are
    removed_stranger: float = 1.7  # it is one too many, in a sentence that speaks of elements of its name
    tag_is_text: float = 1.6  # it is meant as text, there
    lonely: float = 0.8  # text is left alone among elements
    opened: float = 0.9  # an empty tag in front was meant as its start tag
    opened_in_line: float = 0.5  # the same in one line
    opened_before_text: float = 0.1  # less than that by `glued` and so much more where text follows it at once
    opened_around: float = 0.6  # less where the following text is indented deeper
    longer: float = 1.05  # the element in front goes on, its own end tag came too early
    longer_hollow: float = 0.55  # the same where it would hold nothing else
    longer_by_line: float = 0.2  # more for text in a line of its own
    longer_in_list: float = 0.25  # more where elements of the name follow each other elsewhere
    beginning: float = 0.8  # against the child that all elements of a name begin with: at most so much
    tail: float = 1.0  # it is the rest of a line
    start_tag: float = 1.2  # its start tag is missing
    place: float = 0.5  # the share of the evidence against an element at its place: the end tag is evidence for it
    bare: float = 0.5  # a start tag without the attributes that all others have
    unknown: float = 0.5  # more for a name that is not known
    second: float = 0.3  # a second one beside another of its name
    second_of_list: float = 0.9  # the same where the first holds many of those that follow
    unfit: float = 1.5  # content that the schema does not accept
    glued: float = 0.35  # less for the shape of a leaf: text right in front of the end tag
    leftover: float = 0.6  # less where an empty line is left in place of the start tag
    doubt: float = 0.6  # how much dearer another single slip may be and still leave doubt


@dataclass(frozen=True, slots=True)
class UnequalTagPrices:
    """Two tags of one element with different names: the evidence against each name."""

    unknown: float = 1.0  # nothing else has the name
    use: float = 0.1  # less for each more tag that has it
    used: float = 0.5  # but so much less at most
    familiar: float = 0.5  # less for words that occur elsewhere in the document: at most so much
    spelt: float = 0.5  # less for letters that occur together elsewhere: at most so much
    place: float = 0.8  # the share of the evidence against an element of the name at its place
    prefix: float = 0.2  # it has lost a prefix
    letter_case: float = 0.3  # it is in small letters: capitals get lost more often than they appear
    start_tag_misspelt: float = 0.3  # the misspelt name is that of the start tag, without other evidence for it
    start_tag_other: float = 1.3  # the start tag has another name: one that is no misspelling was copied with its end
    odd: float = 0.9  # its letters are none that names have: a capital at its end, letters with accents
    kindred: float = 1.2  # less for an ending or beginning that the names of most siblings have, and the other lacks
    both_empty: float = 0.2  # of two tags without content in between each is an element, and the second no end tag
    letter_beside: float = -1.0  # a letter that one name lacks is beside its tag: cheaper than all else
    letter_of_text: float = 0.1  # the last letter of the start tag's name may belong to the text behind it
    letter_of_plural: float = 0.4  # the same for an "s", which as well makes a plural
    other_word: float = 2.5  # the same where the text begins with a known word without it
    letter_lost: float = 0.3  # a name lacks a letter that the other one has, or has one twice


@dataclass(frozen=True, slots=True)
class NameDistances:
    """The distance of one name from another: 0 the same, up to 1.5 a likely slip."""

    letter_case: float = 0.4  # in capitals or small letters alone
    separators: float = 0.5  # in hyphens, underscores, dots
    letter: float = 0.6  # in one letter
    letter_of_two: float = 1.2  # of two, which proves little
    letter_of_one: float = 1.9  # of one, which proves next to nothing
    number: float = 1.2  # in a number, which makes another name
    two_letters: float = 0.9  # in two letters, not both in one short word
    few_letters: float = 1.3  # in up to a third of the letters of one word
    few_letters_of_words: float = 1.6  # of several words
    word_order: float = 0.9  # the same words in another order
    abbreviated: float = 1.2  # words are cut short
    words: float = 1.1  # in some of several words,
    word: float = 0.3  # and more for each that differs
    word_letter: float = 0.3  # a word differs in one letter: so much of a word
    word_ending: float = 0.5  # in its ending
    unrelated: float = 3.0  # they have nothing to do with each other
    slip: float = 1.0  # nearer names are likely meant as one
    far: float = 2.0  # of names this far apart none is meant for the other
    equal: float = 0.05  # two names whose distances differ by no more are equally near


@dataclass(frozen=True, slots=True)
class AlignmentPrices:
    """The children of an element aligned with its content model: the cost of each change of them."""

    move: float = 1.0  # a child is in another place
    stretch: float = 0.01  # each place that it moves by, up to five: of two moves the shorter one is likelier
    sorted_child: float = 0.3  # each more child of a list that is in another order, which is one slip
    slack: float = 0.1  # costs closer than this count as equal
    cheapest: float = 0.2  # the least cost of any change
    missing: float = 1.8  # a child is missing
    nesting: float = 1.6  # a level of elements more or less, or another parent
    lone_wrapper: float = 0.5  # more for a missing wrapper around one child, which finds one that it fits too easily
    doubled_tags: float = 1.0  # the tags of a child are written twice
    unwrapped_text: float = 0.4  # less for a child that holds only text where its parent may hold it
    unwrapped_attribute: float = 0.4  # more for each attribute that goes with its tags
    repeated: float = 0.8  # a child that says the same as its neighbour is one too many
    repeated_apart: float = 1.3  # the same, with others in between
    put_in: float = 0.9  # a known one that holds nothing and whose layout shows a slip
    strange: float = 1.4  # one that the schema does not know
    hollow: float = 1.6  # a known one that holds nothing
    known: float = 2.2  # a known one that does
    word: float = 0.2  # more for each word, element and attribute that goes with it


@dataclass(frozen=True, slots=True)
class RenamePrices:
    """An element that gets another name: the amounts added to the distance of the names."""

    namespace: float = 0.5  # another namespace
    declared_namespace: float = 0.12  # less for one that the document declares
    unused_namespace: float = 0.12  # less for one that it does not use yet
    declared: float = 0.8  # the schema has elements of the name that is written
    twin: float = 0.8  # more where it is beside one of the same name: it is more likely written twice
    child_of_other: float = 1.0  # more where these belong into those of the other name
    stranger: float = 0.34  # the misfit up to which a name that is nothing alike may be meant
    beside_others: float = 1.5  # in place of the distance: its neighbours have the other name
    fitting: float = 1.7  # in place of the distance: its content fits the other name and little else
    parent_in_name: float = 0.9  # in place of the distance: the name of the parent is put in front
    colon_lost: float = 0.4  # in place of the distance: another sign stands for the colon behind a prefix
    words_around: float = 1.2  # in place of the distance: it says more or less in front or behind
    letters_around: float = 1.5  # in place of the distance: it ends as the other one
    hollow: float = 0.7  # the misfit of an element without children in place of one that needs some
    lacking: float = 0.5  # the misfit of each attribute that is missing
    out_of_order: float = 3.0  # the misfit of children that no alignment brings in order


@dataclass(frozen=True, slots=True)
class ViolationPrices:
    """The faults of attributes, values and single elements."""

    value: float = 1.0  # a value or attribute is missing or wrong
    surplus_attribute: float = 1.4  # an attribute has no place
    attribute_misfit: float = 0.7  # a value does not fit an attribute of the other name
    required: float = 0.25  # less for an attribute that must be there: two letters then suffice to know it
    attribute_of_others: float = 1.7  # in place of the distance: another kind of element calls the same so
    attribute_namespace: float = 0.5  # an attribute of another namespace
    moved_value: float = 1.0  # a value is in an attribute or in text in place of the other
    layout: float = 1.0  # the layout shows that an element was put somewhere else
    misplaced: float = 1.0  # a child is at the wrong place
    letter_case: float = 0.4  # all names are in other letters' case
    duplicate: float = 0.8  # an element is written twice
    white_space: float = 0.5  # white space is in an element that must be empty
    stray_text: float = 1.2  # text has no place
    namespace: float = 1.0  # a namespace is wrong
    other_type: float = 0.5  # an attribute that another type of the element calls differently
    missing_in_type: float = 0.5  # an attribute that another type demands
    text_not_in_type: float = 0.8  # text that another type does not take
    attribute_not_in_type: float = 1.0  # an attribute that another type does not have
    incomplete: float = 4.0  # content cannot be completed
    unknown_root: float = 5.0  # nothing tells what the document is


READINGS = ReadingPrices()
PAIRING = PairingPrices()
TAGS = TagPrices()
SECTIONS = SectionPrices()
PLACEMENT = PlacementPrices()
MISSING_END_TAGS = MissingEndTagPrices()
SURPLUS_END_TAGS = SurplusEndTagPrices()
UNEQUAL_TAGS = UnequalTagPrices()
NAMES = NameDistances()
ALIGNMENT = AlignmentPrices()
RENAMES = RenamePrices()
VIOLATIONS = ViolationPrices()
