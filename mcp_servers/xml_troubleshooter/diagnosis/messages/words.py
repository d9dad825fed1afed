"""The words by which sentences are read, in the languages of portals and people: one table, to grow.

Words that complain, words for the parts of a document, for expected and actual values, for the types of values, and for
wishes; and the ways to mark a name in a sentence.
"""
# ruff: noqa: E501 - the words of one language are one line

from __future__ import annotations

import re

from .claim import Kind


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


# en, de, fr, it, es, nl, pt, pl; the first kind that is spoken of counts
COMPLAINTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
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
        r"invalid|not\s+(?:a\s+)?valid|not\s+(?:a\s+member|one|part|in\s+the\s+list)\s+of|not\s+a\s+legal|must\s+be\s+one\s+of|wrong(?:ly)?|incorrect|malformed|illegal|must\s+be\s+(?:an?\s+)?(?:numeric|number|integer|decimal|date|boolean)|does\s+not\s+(?:match|conform)|too\s+(?:long|short)|exceeds|must\s+(?:be|have|match)\b[^.]{0,25}\bformat|not\s+in\s+(?:the\s+)?(?:lexical|value|allowed)\s+(?:space|range|list)|cannot\s+be\s+(?:parsed|converted|interpreted)|could\s+not\s+be\s+(?:parsed|converted)",
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
ELEMENT = r"elements?|elemente?n?|fields?|tags?|nodes?|segment[oes]?|record|\w*feld(?:es)?|knoten|balises?|champs?|rubrique|[\u00e9e]l[\u00e9e]ments?|elementos?|campos?|etiquetas?|nodo|velden?|segmento|kolom|spalte|column|propert(?:y|ies)|pole"
ATTRIBUTE = r"attribut(?:es?|s|o|i)?|atributos?|attribuut|attributen"
OF_XML = re.compile(r"\W*(?:attr|[e\u00e9]l[e\u00e9]m|tag|node|nod[oi]|knoten|balise|etiqueta)", re.IGNORECASE)
VALUE = r"values?|wert(?:es?)?|inhalt|zeichenfolge|string|valeurs?|valore|valor|waarde|codes?|format"
CHARACTERS = _any(r"characters?|zeichen|sonderzeichen|caract\u00e8res?|caratter[ei]|caracteres?|tekens?")
NOUN = rf"(?P<element>{ELEMENT})|(?P<attribute>{ATTRIBUTE})|(?P<value>{VALUE})"
BEFORE = re.compile(rf"(?<![\w-])(?:{NOUN})\s*[:=]?\s*(?:[\w\u2019']+\s+)?$", re.IGNORECASE)
BEHIND = re.compile(rf"^[\s-]{{1,2}}(?:{NOUN})(?![\w-])", re.IGNORECASE)
INSIDE = re.compile(
    r"(?<![\w-])(?:in|im|inside|of|on|under|within|for|von|vom|bei|beim|unter|innerhalb|auf|f\u00fcr|dans|de|du|en|sous|sur|"
    r"pour|di|del|dell[ao]?|nel|nell[ao]?|su|per|dentro|bajo|para|van|binnen|onder|bij|voor|op|w)"
    rf"\s+(?:[\w\u2019']+\s+){{0,2}}(?:(?:\w*[\u2019'])?(?:{ELEMENT}|{ATTRIBUTE})\s*)?[(<\u00ab\u201e\"'\s]*$",
    re.IGNORECASE,
)
KEY = re.compile(r"[{,]\s*$")
# words in quotes, as JSON and people have a message; one word alone is a name or a value
SAYING = re.compile(
    "(?<!\\w)(?:\"(?P<said>[^\"\\n]{5,600})\"|'(?P<said2>(?:[^'\\n]|(?<=\\w)'(?=\\w)){5,600})'|`(?P<said3>[^`\\n]{5,600})`"
    "|[\u201c\u201e\u201f](?P<said4>[^\u201c\u201d\u201e\\n]{5,600})[\u201c\u201d]|[\u2018\u201a](?P<said5>(?:[^\u2018\u2019\\n]|(?<=\\w)\u2019(?=\\w)){5,600})[\u2018\u2019]"
    "|\u00ab(?P<said6>[^\u00ab\u00bb\\n]{5,600})\u00bb|\u00bb(?P<said7>[^\u00ab\u00bb\\n]{5,600})\u00ab)(?!\\w)"
)
# words that may follow a word for a part of a document and are no names
COMMON = (
    r"\w+lich|[a-z]+(?:ed|ing)|and|are|at|but|cannot|can|contains?|content|does|for|from|has|have|is|in|invalid|list|may|mandatory|missing|must|name|names|not|of|on|or|order|"
    r"should|that|the|to|type|unknown|value|values|was|were|which|with|without|an|am|auf|aus|bei|beim|das|dem|den|der|des|die|darf|d\u00fcrfen|dieses|ein|eine|einen|enth\u00e4lt|"
    r"fehlen|fehlende|fehlt|f\u00fcr|hat|im|ist|kann|mit|muss|nicht|oder|ohne|sind|und|ung\u00fcltig|unbekannt|vom|von|werden|wird|wurde|zu|zum|"
    r"absent|avec|dans|de|des|doit|du|en|enfant|est|et|hors|inconnu|inattendu|manquant|manque|ne|non|obligatoire|ou|par|pas|pour|qui|racine|requis|sans|sont|sur|"
    r"che|con|da|del|della|deve|di|figlio|ha|il|la|manca|mancante|nel|nella|no|obbligatorio|per|previsto|radice|richiesto|\u00e8|"
    r"contiene|debe|desconocido|el|es|est\u00e1|falta|faltante|hijo|obligatorio|para|por|que|ra\u00edz|requerido|se|secundario|sin|tiene|"
    r"bevat|een|heeft|het|is|met|moet|niet|ontbreekt|van|voor|zonder|verplicht"
)
NAMED = re.compile(
    r"</?(?P<tag>[\w.:-]{1,80})\s*/?>"
    "|(?<!\\w)(?:\"(?P<q1>[^\"\\n]{1,80})\"|[\u201c\u201e\u201f]\\s?(?P<q2>[^\u201c\u201d\\n]{1,80})[\u201c\u201d]|\u00ab\\s?(?P<q3>[^\u00bb\\n]{1,80}?)\\s?\u00bb"
    "|'(?P<q4>[^'\\n]{1,80})'(?!\\w)|`(?P<q5>[^`\\n]{1,80})`|\u2018(?P<q6>[^\u2019\\n]{1,80})\u2019(?!\\w))"
    rf"|(?<![\w-])(?:{ELEMENT}|{ATTRIBUTE})\s*[:=]?\s+(?P<named>(?-i:@?[A-Z])[\w:/@-]*(?:\.\w+)*)"
    rf"|(?<![\w-])(?:elemente?|tag|node|balise|[\u00e9e]l[\u00e9e]ment|elemento|etiqueta|{ATTRIBUTE})\s*[:=]?\s+(?!(?:{COMMON})(?!\w))(?P<named2>[a-z][\w:-]+)"
    r"|(?<![\w./:@-])(?P<value>[A-Z]{2}\d{2}[A-Z0-9]{10,30}|(?<=BIC\ )[A-Z0-9]{8,11}|\d[\d.,:/-]*\d(?:[TZ+][\d:Z.+-]*)?)(?![\w-])"
    r"|(?<![\w./:@-])(?P<word>/{0,2}@?[A-Za-z_][\w.:/@-]*\w)",
    re.IGNORECASE,
)  # fmt: skip
LABEL = re.compile(
    r"^\W*(?:[\w ]{1,30}:\s*)?(?P<name>[A-Z][\w:.-]{2,})\s+(?:is|are|was|cannot|must|may|should|fehlt|ist|darf|muss|manque|est|doit|manca|\u00e8|falta|es|debe|no|ontbreekt|mag|moet)\b"
)
# a spelling that no word of a language has: mixed case, digits among capitals, parts
TECHNICAL = re.compile(
    r"(?:/{0,2}(?:[\w-]+[:/])*@?(?:[A-Z]*[a-z\d]+[A-Z]\w*|[A-Za-z]+_\w+|[A-Z]{2,}\d[A-Z0-9]*[A-Z]\w*)"
    r"|@?[A-Za-z][\w-]*:[A-Za-z][\w.-]*"
    r"|/{0,2}[A-Z][\w-]*(?:/@?[A-Za-z][\w-]*)+)(?:\[\d+\])?"
)
FILE = re.compile(r"/(?:home|tmp|var|usr|opt|etc)/.*|\w:.*[\\/].*|.*\.(?:xml|xsd|\w{1,4}ml|object|java|php|py|txt|zip)")
NAME = re.compile(r"/{0,2}@?[A-Za-z_\u00c0-\u024f][\w.:@/-]*$")
EXPECTS = _any(
    r"expect(?:s|ed|ing)?",
    r"erwartet\w*",
    r"attendue?s?",
    r"attes[oaie]",
    r"esperad[oa]s?|esperaba",
    r"verwachte?",
    r"oczekiwan\w*",
    r"should\s+be|must\s+be|instead\s+of|statt",
    r"richtig\s+(?:w\u00e4re|ist)",
)
FOUND = _any(
    r"found|got|actual|but\s+(?:was|is|have)",
    r"gefunden|vorgefunden|erhalten",
    r"trouv\u00e9e?s?|re\u00e7ue?s?",
    r"trovat[oa]",
    r"encontr(?:ad[oa]|\u00f3)",
    r"gevonden",
)
# the name behind "found", where nothing else marks it as one
MET = re.compile(
    rf"(?:\s+(?:wurde|war|was|is))?\s*:?\s+(?!(?:{COMMON})(?!\w))(?P<name>[A-Za-z_][\w.:-]*\w)(?=\s*(?:[.,;(]|$))"
)
VALUED = _any(
    r"content|value|text|inhalt|wert|contenu|valeur|contenuto|valore|contenido|valor"
)  # of "Element Content 'x'"
EXPECTED = re.compile(
    r"\W*(?:expected|erwartet\w*|attendue?s?|previst[oaie]|attes[oaie]|esperad[oa]s?|verwacht|oczekiwan\w*)\s*:\s*(?P<list>[^.\n]{1,300})",
    re.IGNORECASE,
)
MET_VALUE = re.compile(
    r"^\W*(?:found|got|actual|received|gefunden|erhalten|trouv\u00e9e?|trovato|encontrado)\s*:\s*[\"'\u201c\u201e]?(?P<value>[^\"'\u201c\u201d\n]{1,80}?)[\"'\u201d\u201c]?(?:\s+(?:at|in|on)\s.*)?$",
    re.IGNORECASE,
)
ALLOWED = re.compile(
    r"(?<![\w-])(?:(?:(?:allowed|permitted|possible|valid|expected|supported)\s+(?:values?|codes?)|(?:erlaubte?|zul\u00e4ssige?|g\u00fcltige?|m\u00f6gliche?|erwartete?)\s+(?:werte?|codes?)|erlaubt|zul\u00e4ssig|"
    r"valeurs?\s+(?:autoris|permis|possibl|attendu|admis)\w*|valor[ei]\s+(?:ammess|consentit|possibil)\w*|valores?\s+(?:permitid|admitid|posibl|esperad)\w*|toegestane\s+waarden?)"
    r"(?:\s*:|\s+(?:are|is|sind|ist|sont|est|sono|\u00e8|son|es|zijn)\b:?)|must\s+be\s+one\s+of:?)\s*(?P<list>(?:[^.)]|\.(?=\S)){1,300})",
    re.IGNORECASE,
)
# words for the type that a value should have, by type of XML Schema
TYPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dateTime", _any(r"(?:YYYY|JJJJ|AAAA|RRRR)-MM-(?:DD|TT|JJ|GG)T\S+", r"date-?time|datetime|timestamp|zeitstempel")),
    ("date", _any(r"(?:daten)?typ[eo]?\s+[\"'\u201e]?(?:xsd?:)?date[\"'\u201c]?", r"(?:YYYY|JJJJ|AAAA|RRRR)-MM-(?:DD|TT|JJ|GG)", r"(?:a|valid)\s+date|g\u00fcltiges\s+datum|date\s+valide|data\s+valida|fecha\s+v\u00e1lida|geldige\s+datum|xs:date")),
    ("integer", _any(r"integer|whole\s+number|ganzzahl\w*|ganze\s+zahl|nombre\s+entier|numero\s+intero|n\u00famero\s+entero|geheel\s+getal|xs:integer|xs:int")),
    ("decimal", _any(r"numeric|(?:a|valid)\s+(?:decimal\s+)?(?:number|amount)|decimal|numerisch|zahlen?format|(?:eine|g\u00fcltige)\s+zahl|(?:dezimal|flie\u00dfkomma)zahl|g\u00fcltiger\s+betrag|num\u00e9rique|nombre(?:\s+d\u00e9cimal)?|num\u00e9ro\s+valide|numeric[oa]|numero|num\u00e9ric[oa]|n\u00famero|numeriek|getal|float|double|xs:decimal")),
    ("boolean", _any(r"boolean|true\s+or\s+false|boolesch\w*|wahrheitswert|bool\u00e9en|booleano?")),
)  # fmt: skip
URI = re.compile(r"(?:https?:|urn:)[^\s\"'\u2018\u2019\u201c\u201d<>(),;]+[^\s\"'\u2018\u2019\u201c\u201d<>(),;.:]")
NAMESPACE = _any(
    r"(?:xml-?)?namespaces?",
    r"namens?raum(?:s|es)?",
    r"espace\s+de\s+noms?",
    r"spazio\s+dei\s+nomi",
    r"espacio\s+de\s+nombres",
    r"naamruimte",
)
PLACES = _any(
    r"zeile|zeilennummer|line|ligne|riga|l[i\u00ed]nea|regel|linha|row|spalte|column|colonne|colonna|columna|kolom|position|error|fehler|erreur|errore|code|status"
)
NO_NAMES = _any(r"\w+(?:Error|Exception)|xsd?:\w+|zeile|line|ligne|riga|l[i\u00ed]nea|regel|linha|row|error|fehler|erreur|errore|datei|file|xml|xsd|fichier|null|true|false|what|this|that|it|the|there|which|das|dies|diese|es|le|la|il|ce|cette|questo|esto|dit|dat|import|validation|document|dokument")  # fmt: skip

# that something stays as it is
STAYS = re.compile(
    r"\b(?:must|should|has to|have to|needs? to|shall|may)\s+(?:(?:please|also)\s+)?"
    r"(?:stay|remain|be kept|be left|not (?:be )?(?:chang|touch|alter|modif|remov|delet)\w*)"
    r"|\b(?:do not|don't|never|without)\s+(?:chang|touch|alter|modif|remov|delet|los)\w*"
    r"|(?:^|[,:]\s*|\b(?:please|and|but|to|should|must)\s+)(?:keep|leave|preserve)\b"
    r"|\bne\s+(?:pas\s+)?(?:touch|chang|modifi|supprim)\w+|\b(?:non|no)\s+(?:tocc|toca|tocar|cambi|modific)\w*|\bniet\s+(?:wijzigen|aanpassen|veranderen)\b"
    r"|\b(?:muss|m\u00fcssen|soll|sollen|sollte|darf|d\u00fcrfen)\b.{0,60}?\b(?:bleiben|nicht\b.{0,20}?\b(?:ge)?\u00e4nder\w*)"
    r"|\bnicht\s+(?:\u00e4ndern|anfassen|l\u00f6schen|entfernen)\b",
    re.IGNORECASE,
)
# that something is done
CHANGES = re.compile(
    r"^\s*(?:please\s+|bitte\s+|just\s+|and\s+)*(?:set|change|replace|remove|delete|add|insert|rename|make|ignore|use(?!\s+of)|"
    r"setze|\u00e4ndere|ersetze|entferne|l\u00f6sche)\b",
    re.IGNORECASE,
)
# which of the edits are made
CHOOSES = re.compile(
    r"\b(?:apply|accept|make|take|use|do)\s+(?:only|just)\b|\b(?:only|just)\s+(?:apply|accept|make|take|do|fix)\b"
    r"|\bnur\s+(?:d(?:ie|en|as|er)\s+)?(?:erste|zweite|letzte|\d+\.)\w*|\b(?:seulement|uniquement)\s+l[ae]s?\s+(?:premi|deuxi|derni)\w+",
    re.IGNORECASE,
)
# the words of a wish that name nothing which is to stay
WISHING = re.compile(
    r"(?:please|bitte|must|should|shall|may|has|have|need|needs|not|don|never|without|stay|remain|kept|keep|keeping|left|leave|leaving|preserve|alone|untouched|"
    r"unchanged|intact|chang\w*|touch\w*|alter\w*|modif\w*|remov\w*|delet\w*|los\w*|the|this|that|these|those|its|and|but|for|from|with|are|was|were|all|any|"
    r"anything|everything|else|rest|other|others|only|just|also|exactly|same|way|value|values|element|elements|tag|tags|field|fields|document|file|xml|"
    r"muss|m\u00fcssen|soll\w*|darf|d\u00fcrfen|bleib\w*|nicht|\u00e4nder\w*|ge\u00e4nder\w*|anfassen|l\u00f6schen|entfernen|der|die|das|den|dem|des|und|aber|nur|wie|ist|wert|feld|alles|"
    r"pas|les|des|une|est|supprim\w*|champ|valeur|tocc\w*|toc\w*|cambi\w*|los|las|del|non|niet|wijzigen|aanpassen|veranderen|het|een|you|your|our|mein\w*|can|will|what|who|how|first|apply|fix|fixes)",
    re.IGNORECASE,
)
CLAUSES = re.compile(r"\s*[,:\u2013]\s+|\s+(?:and|but|und|aber|et|mais)\s+", re.IGNORECASE)
