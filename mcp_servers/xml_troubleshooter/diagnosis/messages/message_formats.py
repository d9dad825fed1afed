"""The forms in which other systems write their messages: one table, to grow.

Each form is a pattern whose named groups are the parts of the message: `name`, `parent`, `namespace`, `expected`
(names, values or a namespace, as they are listed), `found`, `value`, `type`, `rule`, `file`. A place (line, column,
offset) is written in a few forms of its own, which go together with any message.
"""
# ruff: noqa: E501 - a form is one line

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from .claim import Kind

LONGEST = 50_000  # characters of a message that are read
_LONG_LINE = re.compile(r"([^\n]{4000}[^\n ]{0,1000})[^\n]")  # broken where it can: forms look for their ends in it
_RUN = re.compile(r"([^\s,]{300})[^\s,]+")  # a longer run without a blank is no name


@dataclass(frozen=True)
class Form:
    """One form of message: the tool that writes it, the kind of its claim, and the source of its pattern."""

    tool: str
    kind: Kind
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form as a pattern, compiled when it is first searched for: all of them together take a while."""
        return re.compile(self.source, re.IGNORECASE | re.VERBOSE)


_Q = r"[\"'\u2018\u2019\u201c\u201d`\u00ab\u00bb]"  # the quotes that tools use
_NAME = r"[^\s\"'\u2018\u2019\u201c\u201d`<>{}(),;]+?"
_URI = r"[^\s\"'\u2018\u2019\u201c\u201d`<>{}(),;]+"
_GAP = r"(?:[^\n'\"\u00ab]|(?<=\w)'(?=\w))*?"  # words in front of a quoted text; they may have apostrophes
_LIST = r"\{(?P<expected>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
# {namespace}name, {"namespace":name} or name
_CLARK = rf"(?:\{{{_Q}?(?P<namespace>[^{{}}\"']*){_Q}?\}}?:?)?(?P<name>{_NAME})\}}?"

FORMS: tuple[Form, ...] = (
    # --- namespaces: an expected one and the one that was found
    Form("SOAP", Kind.NAMESPACE, rf"found\s+{_Q}?(?P<found>{_URI}){_Q}?\s*,?\s*(?:but\s+)?expected\s+{_Q}?(?P<expected>(?:https?:|urn:){_URI}){_Q}?"),
    Form("portals", Kind.NAMESPACE, rf"expected\ (?:the\ )?(?:target\ )?namespace\b(?:\ (?:is|was|uri))?\s*[:=]?\s*{_Q}?(?P<expected>{_URI}){_Q}?[\s,;.]*(?:but\ )?(?:(?:found|actual|got|received|was)(?:\ namespace)?(?:\ is|\ was)?\s*[:=]?\s*{_Q}?(?P<found>{_URI}){_Q}?)?"),
    Form("XmlBeans, JAXB", Kind.NAMESPACE, rf"unexpected\ element\ \(uri:{_Q}(?P<found>[^\"']*){_Q},\ local:{_Q}(?P<name>{_NAME}){_Q}\)\.?(?:\ Expected\ elements\ are\ (?P<expected>[^\n]*))?"),
    Form("portals", Kind.NAMESPACE, rf"(?:wrong|invalid|unknown|unsupported|incorrect|unexpected)\ (?:target\ |default\ |root\ )?namespace\b(?:\ uri)?\s*[:=]?\s*{_Q}?(?P<found>(?:https?:|urn:){_URI}){_Q}?(?:[\s,;.(]*(?:expected|should\ be|must\ be)\b[^\n]*?{_Q}?(?P<expected>(?:https?:|urn:){_URI}){_Q}?)?"),
    Form("portals", Kind.NAMESPACE, rf"namespace\s+{_Q}?(?P<found>(?:https?:|urn:){_URI}){_Q}?\s+(?:is\ (?:not\ (?:the\ expected|supported|allowed|valid|known)|wrong|invalid)|does\ not\ match)(?:[^\n]*?{_Q}?(?P<expected>(?:https?:|urn:){_URI}){_Q}?)?"),
    Form(".NET XmlSerializer", Kind.NAMESPACE, r"(?:no\ se\ esperaba\s+)?<(?P<name>[^\s<>]+)\s+xmlns=(?P<q>['\"])(?P<found>.*?)(?P=q)>(?:\s+(?:was\ not\ expected|wurde\ nicht\ erwartet|n['\u2019]\u00e9tait\ pas\ attendue?|non\ era\ (?:previsto|atteso)|werd\ niet\ verwacht)|(?=\.?\s*$))"),
    Form("Go", Kind.UNEXPECTED, r"expected\ element\ type\ <(?P<expected>[^<>]+)>\ but\ have\ <(?P<name>[^<>]+)>"),
    Form("Go", Kind.NAMESPACE, r"expected\ element\ <(?P<name>[^<>]+)>\ in\ name\ space\ (?P<expected>\S+)\ but\ have\ (?P<found>\S+)"),
    # --- prolog
    Form("Xerces", Kind.PROLOG, r"content\ is\ not\ allowed\ in\ prolog"),
    Form(".NET", Kind.PROLOG, r"data\ at\ the\ root\ level\ is\ invalid"),
    Form("libxml2", Kind.PROLOG, r"start\ tag\ expected,\ '<'\ not\ found|document\ is\ empty"),
    Form("MSXML", Kind.PROLOG, r"invalid\ at\ the\ top\ level\ of\ the\ document"),
    Form("expat", Kind.PROLOG, r"(?:xml\ or\ text\ declaration\ not\ at\ start\ of\ entity|syntax\ error:\ line\ 1,\ column\ 0)"),
    Form("libxml2", Kind.PROLOG, r"xml\ declaration\ allowed\ only\ at\ the\ start|processing\ instruction\ target\ matching\ \"\[xx\]\[mm\]\[ll\]\""),
    Form("Woodstox", Kind.PROLOG, r"unexpected\ character\ '?(?P<value>[^'\n]{1,12})'?\ \(code\ \d+[^)]*\)\ in\ prolog"),
    Form("Firefox", Kind.PROLOG, r"xml\ parsing\ error:\ (?:xml\ or\ text\ declaration|syntax\ error|no\ element\ found|not\ well-formed)"),
    # --- builds and applications
    Form("Maven", Kind.UNEXPECTED, rf"expected\ root\ element\ {_Q}(?P<expected>{_NAME}){_Q}\ but\ found\ {_Q}(?P<name>{_NAME}){_Q}"),
    Form("Maven", Kind.DUPLICATE, rf"duplicated\ tag:\s*{_Q}?(?P<name>[\w.:-]+){_Q}?"),
    Form("Maven", Kind.UNEXPECTED, rf"unrecogni[sz]ed\ tag:\s*{_Q}?(?P<name>[\w.:-]+){_Q}?"),
    Form("Maven", Kind.MISSING, rf"{_Q}(?:[\w]+\.)+(?P<parent>\w+)\.(?P<name>\w+){_Q}\ for\ (?P<found>[^\s:]+:[^\s:]+)\S*\ is\ missing"),
    Form("Maven", Kind.MISSING, rf"(?<!attribute\ ){_Q}(?P<name>[\w.]+){_Q}\ (?:for\ (?P<parent>\S+)\ )?is\ missing"),
    Form("Maven", Kind.DUPLICATE, r"'dependencies\.dependency[^']*'\ must\ be\ unique:\s*(?P<value>\S+)"),
    Form("AAPT", Kind.ESCAPE, r"(?:apostrophe\ not\ preceded\ by\ \\|unescaped\ apostrophe)(?:[^\n]*?(?:\(in|string)\s+[\"']?(?P<value>[^\n]*?)[\"']?\)?(?:\.\s|\.?$))?"),
    Form("AAPT", Kind.ESCAPE, r"multiple\ substitutions\ specified\ in\ non-positional\ format(?:\ of\ string\ resource\ (?:string/)?(?P<value>[\w.]*\w))?"),
    Form("AAPT", Kind.DUPLICATE, rf"(?:duplicate\ value\ for\ resource\ {_Q}?(?:attr|string|color|[a-z]+)/(?P<value>[\w.]+)|found\ item\ \w+/(?P<name>[\w.]+)\ more\ than\ one\ time)"),
    Form("AAPT", Kind.DUPLICATE, r"\[(?:string|color|dimen|style|id|[a-z]+)/(?P<value>[\w.]+)\][^\n]{0,400}duplicate\ resources"),
    Form("Android", Kind.MISSING_ATTRIBUTE, r"(?:[\w]+:)?(?P<name>\w+)\ needs\ to\ be\ explicitly\ specified\ for\ (?:element\ )?<(?P<parent>[\w-]+)(?:\#(?P<value>[\w.$]+))?>"),
    Form("Android", Kind.MISSING_ATTRIBUTE, r"you\ must\ supply\ an?\ (?:[\w]+:)?(?P<name>\w+)\ attribute"),
    Form("AAPT", Kind.VALUE, r"resource\ (?P<value>[\w]+/[\w.]+)\ \(aka\ [^)\n]*\)\ not\ found"),
    Form("SOAP", Kind.UNEXPECTED, r"did\ not\ understand\b[^\n]*?\bheaders?(?:\(s\))?:?\s*\[?\{?(?P<namespace>(?:https?:|urn:)[^\s{}]+)[}:\s]\s*(?P<name>[\w.-]+)"),
    Form("SAP", Kind.UNEXPECTED, r"expected\ element-start:\ (?P<expected>[\w:.-]+)[,;\s]+found:\ element-start:\ (?P<name>[\w:.-]+\w)"),
    Form("CXF", Kind.NAMESPACE, r"unexpected\ wrapper\ element\ \{(?P<found>[^{}\s]*)\}(?P<name>[\w.-]+)\ found\.\s*Expected\ (?P<expected>\{[^{}\s]*\}[\w.-]+)"),
    Form("JAX-WS", Kind.UNEXPECTED, r"cannot\ find\ dispatch\ method\ for\ \{(?P<namespace>[^{}\s]*)\}(?P<name>[\w.-]+\w)"),
    Form("WCF", Kind.UNEXPECTED, rf"expecting\ element\ {_Q}(?P<expected>{_NAME}){_Q}\ from\ namespace\ {_Q}[^'\"]*{_Q}\.*\s*encountered\ {_Q}\w+{_Q}\s+with\ name\ {_Q}(?P<name>{_NAME}){_Q}(?:,\ namespace\ {_Q}(?P<namespace>[^'\"]*){_Q})?"),
    Form("XmlBeans", Kind.UNEXPECTED, rf"expected\ elements?\ {_Q}(?P<expected>[^'\"\n]*){_Q}\ instead\ of\ {_Q}(?P<name>[^'\"@\s]+)(?:@(?P<namespace>[^'\"\s]*))?{_Q}\ here\ in\ element\ (?P<parent>[^\s@]+)"),
    Form("XmlBeans", Kind.MISSING, rf"expected\ elements?\ {_Q}(?P<expected>[^'\"\n]*){_Q}\ before\ the\ end\ of\ the\ content\ in\ element\ (?P<parent>[^\s@]+)"),
    Form("CXF", Kind.UNEXPECTED, r"message\ part\ \{(?P<namespace>[^{}\s]*)\}(?P<name>[\w.-]+\w)\ was\ not\ recognized"),
    Form("Spring", Kind.VALUE, rf"no\ bean\ named\ {_Q}(?P<value>[\w.\-]+){_Q}"),
    Form("Tomcat", Kind.VALUE, r"(?:servlet|filter)\ mapping\ specifies\ an\ unknown\ (?:servlet|filter)\ name\ \[?(?P<value>[\w.-]*\w)"),
    Form("CXF", Kind.UNEXPECTED, r"mustunderstand\ headers?:\s*\[\{(?P<namespace>[^{}\s]*)\}(?P<name>[\w.-]+)[^\n]*?not\ understood"),
    Form("WCF", Kind.UNEXPECTED, rf"the\ header\ {_Q}(?P<name>[\w.-]+){_Q}\ from\ the\ namespace\ {_Q}(?P<namespace>[^'\"]*){_Q}\ was\ not\ understood"),
    Form("App Store", Kind.KEY, rf"missing\ the\ required\ key:?\s*{_Q}?(?P<name>[\w.-]+[\w]){_Q}?|missing\ (?:Info\.plist\ (?:key|value)|purpose\ string)[^\n]*?(?:key\ (?:of\ )?|for\ key\ ){_Q}?(?P<value>(?:CF|NS|LS|UI)\w+)"),
    Form("Angular", Kind.PLACEHOLDER, r"missing\ placeholders?:?\s*(?P<value>[\w.{}$%-]+)|placeholder\ (?:mismatch|missing)[^\n]*?[\"'\u201c](?P<name>[^\"'\u201d\n]+)[\"'\u201d]"),
    Form("IIS", Kind.DUPLICATE, rf"duplicate\ collection\ entry\ of\ type\ {_Q}(?P<parent>[\w.:-]+){_Q}\ with\ unique\ key\ attribute\ {_Q}(?P<name>[\w.:-]+){_Q}\ set\ to\ {_Q}(?P<value>[^'\"\n]+){_Q}"),
    Form("MSBuild", Kind.DUPLICATE, rf"duplicate\ resource\ name\ {_Q}(?P<value>[^'\"\n]+){_Q}"),
    Form("MSBuild", Kind.MISSING, r"cannot\ find\ valid\ \"(?P<name>resheader)\"\ tags"),
    Form("search consoles", Kind.VALUE, r"invalid\ (?:date|url|value|tag\ value|[\w-]+\ value)\b[^\n]*(?:\n(?!\s*value:)[^\n]*){0,4}?\n\s*tag:\s*(?P<name>[\w:.-]+)\s*\n\s*value:\s*(?P<value>[^\n]+)"),
    Form("feed validators", Kind.VALUE, r"(?P<name>[\w:.-]+)\ must\ be\ an?\ (?P<type>[\w\ 0-9-]+?)(?:,\ unless[^:\n]*)?:\s*(?P<value>[^\n\[]*[^\s\[])"),
    Form(".NET configuration", Kind.ORDER, r"only\ one\ <(?P<name>[\w.]+)>\ element\ allowed[^\n]*?first\ child"),
    Form(".NET configuration", Kind.DUPLICATE, rf"(?:the\ entry\ {_Q}(?P<value>[^'\"]+){_Q}\ has\ already\ been\ added|sections\ must\ only\ appear\ once)"),
    Form(".NET configuration", Kind.UNEXPECTED, r"unrecogni[sz]ed\ (?:configuration\ section|element)\s+'?(?P<name>[\w.:-]+)'?"),
    Form(".NET configuration", Kind.UNEXPECTED_ATTRIBUTE, r"unrecogni[sz]ed\ attribute\s+'?(?P<name>[\w.:-]+)'?"),
    Form("MSBuild", Kind.UNEXPECTED, r"the\ element\ <(?P<name>[\w.:-]+)>\ beneath\ element\ <(?P<parent>[\w.:-]+)>\ is\ unrecognized"),
    Form("MSBuild", Kind.UNEXPECTED_ATTRIBUTE, rf"the\ attribute\ {_Q}(?P<name>[\w.:-]+){_Q}\ in\ element\ <(?P<parent>[\w.:-]+)>\ is\ unrecognized"),
    Form("MSBuild", Kind.MISSING_ATTRIBUTE, rf"the\ required\ attribute\ {_Q}(?P<name>[\w.:-]+){_Q}\ (?:is\ empty\ or\ missing|is\ missing)\ from\ the\ element\ <(?P<parent>[\w.:-]+)>"),
    Form("browsers", Kind.DISPLAY, r"this\ xml\ file\ does\ not\ appear\ to\ have\ any\ style\ information"),
    Form("Xerces", Kind.CONTENT, rf"the\ content\ of\ element\ type\ {_Q}(?P<parent>{_NAME}){_Q}\ (?:must\ match|is\ incomplete,\ it\ must\ match)\ {_Q}(?P<expected>\([^\"'\n]*\)[?*+]?){_Q}"),
    Form("libxml2", Kind.CONTENT, r"element\ (?P<parent>[\w:.-]+)\ content\ does\ not\ follow\ the\ dtd,\ expecting\ (?P<expected>\([^\n]*?\)[?*+]?)(?:,\ got\ \([^\n]*\))?$"),
    # --- Xerces: cvc-* codes
    Form("Xerces", Kind.UNEXPECTED, rf"invalid\ content\ was\ found\ starting\ with\ element\ {_Q}{_CLARK}{_Q}\.?(?:\s*One\ of\ {_Q}?{_LIST}{_Q}?\ is\ expected)?"),
    Form("Xerces", Kind.VALUE, rf"cvc-(?:attribute|type)\.3(?:\.1\.3)?:?\s*the\ value\ {_Q}(?P<value>[^'\"\n]*){_Q}\ of\ (?:attribute|element)\ {_Q}(?P<name>{_NAME}){_Q}(?:\ on\ element\ {_Q}(?P<parent>{_NAME}){_Q})?\ is\ not\ valid(?:\ with\ respect\ to\ its\ type,\ {_Q}(?P<type>[^'\"]*){_Q})?"),
    Form("Xerces", Kind.TEXT, rf"cvc-complex-type\.2\.3:?\s*element\ {_Q}(?P<name>{_NAME}){_Q}\ cannot\ have\ character"),
    # in any language: the quoted names have the same order
    Form("Xerces", Kind.MISSING, rf"cvc-complex-type\.2\.4\.b\b{_GAP}{_Q}(?P<parent>[^'\"]+){_Q}[^\n{{]*?{_Q}?{_LIST}{_Q}?"),
    Form("Xerces", Kind.MISSING, rf"{_Q}(?P<parent>{_NAME}){_Q}\ (?:no\ est\u00e1\ complet\w+|n['\u2019]est\ pas\ complet\w*|ist\ nicht\ vollst\u00e4ndig|ist\ unvollst\u00e4ndig|non\ \u00e8\ complet\w+|is\ niet\ volledig)\b[^\n{{]{{0,60}}{_LIST}"),
    Form("Xerces", Kind.UNEXPECTED, rf"cvc-complex-type\.2\.4\.[acdef]\b{_GAP}{_Q}{_CLARK}{_Q}(?:[^\n{{]*?{_Q}?{_LIST}{_Q}?)?"),
    Form("Xerces", Kind.MISSING_ATTRIBUTE, rf"cvc-complex-type\.4\b{_GAP}{_Q}(?P<name>{_NAME}){_Q}{_GAP}{_Q}(?P<parent>{_NAME}){_Q}"),
    Form("Xerces", Kind.UNEXPECTED_ATTRIBUTE, rf"cvc-complex-type\.3\.2\.2\b{_GAP}{_Q}(?P<name>{_NAME}){_Q}{_GAP}{_Q}(?P<parent>{_NAME}){_Q}"),
    Form("Xerces", Kind.NAMESPACE, rf"cvc-elt\.1(?:\.a)?\b{_GAP}{_Q}(?P<name>{_NAME}){_Q}"),
    Form("Xerces", Kind.VALUE, rf"cvc-enumeration-valid\b{_GAP}{_Q}(?P<value>[^'\"\n]*){_Q}[^\n\[]*?\[(?P<expected>[^\]]*)\]"),
    Form("Xerces", Kind.VALUE, rf"cvc-(?:pattern|length|minLength|maxLength|totalDigits|fractionDigits|minInclusive|maxInclusive|minExclusive|maxExclusive)-valid\b{_GAP}{_Q}(?P<value>[^'\"\n]*){_Q}"),
    Form("Xerces", Kind.VALUE, rf"cvc-datatype-valid\.1(?:\.2)?\.[123]\b{_GAP}{_Q}(?P<value>[^'\"\n]*){_Q}{_GAP}{_Q}(?P<type>[\w:.-]+){_Q}"),
    Form("Xerces, .NET, translated", Kind.UNDECLARED_PREFIX, rf"(?:pr\u00e4fix|pr\u00e9fixe|prefijo|prefisso|prefixo)\s+{_Q}(?P<name>[\w.-]+){_Q}|{_Q}(?P<value>[\w.-]+){_Q}\ (?:ist\ ein\ nicht\ deklariertes\ pr\u00e4fix|est\ un\ pr\u00e9fixe\ non\ d\u00e9clar\u00e9|es\ un\ prefijo\ no\ declarado|\u00e8\ un\ prefisso\ non\ dichiarato)"),
    Form("Xerces, .NET, translated", Kind.PROLOG, r"\b(?:content|contenu|contenido|contenuto|inhalt)\b[^\n.]{0,40}\bpr[o\u00f3]log\w*|ung\u00fcltige\ daten\ auf\ stammebene|donn\u00e9es\ non\ valides\ au\ niveau\ racine|datos\ del\ nivel\ de\ ra\u00edz\ no\ son\ v\u00e1lidos|dati\ non\ validi\ al\ livello\ radice|gegevens\ op\ hoofdniveau"),
    Form(".NET, translated", Kind.UNEXPECTED, rf"{_Q}(?P<parent>{_NAME}){_Q}[^\n.]{{0,100}}?\b(?:untergeordnetes|enfant|secundario|figlio|onderliggend|filho)\b[^\n.]{{0,60}}?{_Q}(?P<name>{_NAME}){_Q}(?:[^\n]{{0,300}}?\b(?:liste|lista|elenco|lijst)\b[^\n:]*:\s*(?P<expected>[^\n]*))?"),
    Form(".NET, translated", Kind.MISSING, rf"{_Q}(?P<parent>{_NAME}){_Q}[^\n.]{{0,100}}?\b(?:unvollst\u00e4ndig\w*|incomplet\w*|onvolledig\w*)\b[^\n]{{0,100}}?\b(?:liste|lista|elenco|lijst)\b[^\n:]*:\s*(?P<expected>[^\n]*)"),
    Form(".NET, translated", Kind.VALUE, rf"{_Q}(?P<name>{_NAME}){_Q}[^\n]{{1,40}}?\s-\s[^\n'\"]*{_Q}(?P<value>[^'\"\n]*){_Q}[^\n'\"]*(?:datentyp|type\ de\ donn\u00e9es|tipo\ de\ datos|tipo\ di\ dati|gegevenstype)\s+{_Q}(?P<type>[^'\"\n]*){_Q}(?:[^\n]*?\b(?P<found>Date|DateTime|Time|Decimal|Boolean|Integer|Int32|Int64|Int16|Double|Single|AllXsd|Duration)\b)?"),
    # --- libxml2, lxml, xmlschema
    Form("libxml2", Kind.UNEXPECTED, rf"element\ {_Q}{_CLARK}{_Q}(?::\ this\ element)?\s*(?:\[[^\]]*\])?:?\s*(?:this\ element\ is\ not\ expected|element\ is\ not\ expected)\.(?:\s*Expected\ is\ (?:one\ of\ )?\(\s*(?P<expected>[^)]*)\))?"),
    Form("libxml2", Kind.MISSING, rf"element\ {_Q}(?:\{{[^{{}}]*\}})?(?P<parent>{_NAME}){_Q}:\ missing\ child\ element\(s\)\.(?:\s*Expected\ is\ (?:one\ of\ )?\(\s*(?P<expected>[^)]*)\))?"),
    Form("libxml2", Kind.NAMESPACE, rf"element\ {_Q}{_CLARK}{_Q}:\ no\ matching\ global\ (?:element\ )?declaration"),
    Form("libxml2", Kind.MISSING_ATTRIBUTE, rf"element\ {_Q}(?:\{{[^{{}}]*\}})?(?P<parent>{_NAME}){_Q}:\ the\ attribute\ {_Q}(?P<name>{_NAME}){_Q}\ is\ required"),
    Form("libxml2", Kind.UNEXPECTED_ATTRIBUTE, rf"element\ {_Q}(?:\{{[^{{}}]*\}})?(?P<parent>{_NAME}){_Q},\ attribute\ {_Q}(?P<name>{_NAME}){_Q}:\ the\ attribute\ {_Q}[^'\"]*{_Q}\ is\ not\ allowed"),
    Form("libxml2", Kind.VALUE, rf"element\ {_Q}(?:\{{[^{{}}]*\}})?(?P<name>{_NAME}){_Q}(?:,\ attribute\ {_Q}[^'\"]*{_Q})?:\ (?:\[facet\ '[^']*'\]\ )?(?:the\ value\ )?{_Q}(?P<value>[^'\"\n]*){_Q}\ is\ not\ (?:a\ valid\ value\ of\ the\ (?:atomic|local\ atomic|union|list)\ type(?:\ {_Q}(?P<type>[^'\"]+){_Q})?|an\ element\ of\ the\ set\ \{{(?P<expected>[^}}]*)\}}|accepted)"),
    # --- .NET, MSXML
    Form(".NET", Kind.UNEXPECTED, rf"the\ element\ {_Q}(?P<parent>{_NAME}){_Q}(?:\ in\ namespace\ {_Q}[^'\"]*{_Q})?\ has\ invalid\ child\ element\ {_Q}(?P<name>{_NAME}){_Q}(?:\ in\ namespace\ {_Q}(?P<namespace>[^'\"]*){_Q})?\.?(?:\s*List\ of\ possible\ elements\ expected:\s*(?P<expected>[^\n]*))?"),
    Form(".NET", Kind.MISSING, rf"the\ element\ {_Q}(?P<parent>{_NAME}){_Q}(?:\ in\ namespace\ {_Q}[^'\"]*{_Q})?\ has\ incomplete\ content\.?(?:\s*List\ of\ possible\ elements\ expected:\s*(?P<expected>[^\n]*))?"),
    Form(".NET", Kind.VALUE, rf"the\ {_Q}(?P<name>{_NAME}){_Q}\ (?:element|attribute)\ is\ invalid\ -\ the\ value\ {_Q}(?P<value>[^'\"\n]*){_Q}\ is\ invalid\ according\ to\ its\ datatype\ {_Q}(?P<type>[^'\"]*){_Q}(?:\s*-\s*the\ string\ {_Q}[^'\"\n]*{_Q}\ is\ not\ a\ valid\ (?:xs(?:d)?:)?(?P<found>\w+)\ value)?"),
    Form(".NET", Kind.NAMESPACE, rf"the\ {_Q}(?P<name>{_NAME}){_Q}\ element\ is\ not\ declared"),
    Form(".NET", Kind.UNEXPECTED_ATTRIBUTE, rf"the\ {_Q}(?P<name>{_NAME}){_Q}\ attribute\ is\ not\ declared"),
    Form(".NET", Kind.MISSING_ATTRIBUTE, rf"the\ required\ attribute\ {_Q}(?P<name>{_NAME}){_Q}\ is\ missing"),
    Form("MSXML", Kind.UNEXPECTED, r"element\ content\ is\ invalid\ according\ to\ the\ dtd/schema\.(?:\s*Expecting:\s*(?P<expected>[^\n]*?)\.)?"),
    Form(".NET, MSXML", Kind.UNDECLARED_PREFIX, rf"{_Q}(?P<name>[\w.-]+){_Q}\ is\ an\ undeclared\ prefix|undeclared\ namespace\ prefix:?\s*{_Q}?(?P<value>[\w.-]+)"),
    Form("Xerces", Kind.UNDECLARED_PREFIX, rf"the\ prefix\ {_Q}(?P<name>[\w.-]+){_Q}\ for\ (?:element|attribute)\ {_Q}[^'\"]*{_Q}(?:\ associated[^\n]*?)?\ is\ not\ bound"),
    Form("libxml2", Kind.UNDECLARED_PREFIX, r"namespace\ prefix\ (?P<name>[\w.-]+)\ (?:for\ \S+\ )?(?:on\ \S+\ )?is\ not\ defined"),
    Form("Xerces-C++", Kind.UNEXPECTED, rf"element\ {_Q}(?P<name>{_NAME}){_Q}\ is\ not\ valid\ for\ content\ model:?\s+{_Q}(?P<expected>\([^'\"\n]*\)){_Q}"),
    Form("xmlschema", Kind.VALUE, rf"failed\ validating\ {_Q}(?P<value>[^'\"\n]*){_Q}\ with\ Xsd(?:Enumeration\w*\(\[(?P<expected>[^\]\n]*)\]|\w+\(name={_Q}(?P<type>[\w:.-]+){_Q})?"),
    # --- jing, Saxon, Oxygen
    Form("jing", Kind.UNEXPECTED, rf"element\ {_Q}(?P<name>{_NAME}){_Q}\ not\ allowed\ (?:here|yet|anywhere)(?:;\ expected\ (?P<expected>[^\n]*))?"),
    Form("jing", Kind.MISSING, rf"element\ {_Q}(?P<parent>{_NAME}){_Q}\ incomplete;\ (?:expected|missing)\ (?P<expected>[^\n]*)"),
    Form("jing", Kind.MISSING_ATTRIBUTE, rf"element\ {_Q}(?P<parent>{_NAME}){_Q}\ missing\ required\ attribute\ {_Q}(?P<name>{_NAME}){_Q}"),
    Form("jing", Kind.UNEXPECTED_ATTRIBUTE, rf"attribute\ {_Q}(?P<name>{_NAME}){_Q}\ not\ allowed\ (?:here|at\ this\ point)"),
    Form("jing", Kind.VALUE, rf"value\ of\ (?:attribute|element)\ {_Q}(?P<name>{_NAME}){_Q}\ is\ invalid;\ must\ be\ (?P<expected>[^\n]*)"),
    Form("Saxon", Kind.UNEXPECTED, r"in\ content\ of\ element\ <(?P<parent>[^<>]+)>:?\s*(?:the\ content\ model\ does\ not\ allow\ element|element)\ <(?:Q\{[^}]*\})?(?P<name>[^<>]+)>(?:[^\n]*?expected\ (?P<expected>[^\n]*))?"),
    Form("Saxon", Kind.UNEXPECTED, r"content\ model\ does\ not\ allow\ element\ <?(?:Q\{[^}]*\})?(?P<name>[\w:.-]+)"),
    Form("Saxon", Kind.VALUE, rf"the\ (?:content|value)\ {_Q}(?P<value>[^'\"\n]*){_Q}\ of\ (?:element|attribute)\ [<@]?(?P<name>[^\s<>]+)>?\ does\ not\ match\ the\ required\ simple\ type(?:[^\n]*?\ to\ (?:xs:)?(?P<type>\w+))?"),
    # --- programs that read a document into their own types
    Form("Go", Kind.VALUE, r"strconv\.(?:Parse)?(?P<found>Float|Int|Uint|Bool|Atoi)\w*:\ parsing\ \"(?P<value>[^\"\n]*)\""),
    Form("Java", Kind.VALUE, r"(?P<found>NumberFormat)Exception:\ for\ input\ string:\ \"(?P<value>[^\"\n]*)\""),
    Form("Java", Kind.VALUE, r"(?P<found>DateTimeParse)Exception:\ text\ '(?P<value>[^'\n]*)'\ could\ not\ be\ parsed"),
    Form("Axis", Kind.VALUE, r"(?<![\w.])(?P<value>[^\s'\"]+)\ is\ not\ a\ legal\ value\ for\ \{[^{}\s]*\}(?P<type>[\w.-]+)"),
    Form("Jackson", Kind.VALUE, r"cannot\ deserialize\ value\ of\ type\ `[\w.$]*?(?P<found>\w+)`\ from\ string\ \"(?P<value>[^\"\n]*)\""),
    Form("Jackson", Kind.MISSING, r"missing\ required\ creator\ property\ '(?P<name>[\w.-]+)'"),
    Form("Kotlin", Kind.UNEXPECTED, r"could\ not\ find\ a\ field\ for\ name\ (?:\([^()\n]*\)\s*)?(?:\{?[^\s{}]*\})?(?P<name>[\w.:-]+)"),
    Form("Swift", Kind.MISSING, r"keyNotFound\([^\n]{0,100}?stringValue:\ ?\\?\"(?P<name>[\w.:-]+)"),
    Form("Salesforce", Kind.UNEXPECTED, r"element\ \{[^{}\s]*\}(?P<name>[\w.-]+)\ (?:invalid|not\ allowed)\ at\ this\ location"),
    Form("App Store", Kind.KEY, rf"should\ contain\ an?\ {_Q}?(?P<name>(?:CF|NS|LS|UI|IT)\w+){_Q}?\ key"),
    Form("Play", Kind.MISSING_ATTRIBUTE, rf"without\ the\ {_Q}?(?:\w+:)?(?P<name>\w+){_Q}?\ (?:property|attribute)\ set"),
    Form("portals", Kind.VALUE, r"(?:invalid|wrong|missing\ or\ invalid)\ value\ \[(?P<name>[\w:.-]+)\]:?\s*(?P<value>[^\n]*)"),
    Form("portals", Kind.VALUE, rf"(?:error|fehler|erreur|errore|b\u0142\u0105d)\ (?:in|at|im|bei|beim|dans|nel|en|w)\ (?:the\ |dem\ |le\ |l['\u2019]|el\ )?(?:xml[-\ ]?)?(?:element|field|tag|feld|champ|\u00e9l\u00e9ment|balise|campo|elemento|pole)(?:em|u)?\ (?:<|{_Q})(?P<name>[\w:.-]+)(?:/?>|{_Q})\s*[:-]"),
    # --- business rules: KoSIT, Peppol, SVRL, portals
    Form("SVRL", Kind.RULE, r"<(?:svrl:)?failed-assert\b[^>]*?\bid=\"(?P<rule>[^\"]+)\"[^>]*>"),
    Form("rules", Kind.RULE, r"(?<![\w./-])\[?(?P<rule>(?:BR|PEPPOL|UBL|CII|NL|NO|SE|DK|DE|IT|IS|GR|AT|FR|PL|BII|EUGEN|OP|XRECHNUNG|FX|SEPA|KSEF|DIAN|ZATCA|SCH|EN16931)(?:-[A-Z0-9]+)*-[A-Z]*\d+[a-z]?(?:-\d+)?)\]?(?![\w/])(?:\s*[-:]\s*(?P<found>[^\n]*))?"),
    Form("FatturaPA", Kind.RULE, r"(?:errore|codice|scarto)(?:\s*[:>])?\s*(?P<rule>00\d{3})\b(?:\s*[-:]\s*(?P<found>[^\n]*))?"),
    Form("ISO 20022", Kind.RULE, r"\b(?P<rule>(?:AC|AG|AM|BE|CH|CNOR|DNOR|DT|DU|ED|FF|MD|MS|NARR|RC|RF|RR|SL|TM)\d{2})\b(?:\s*[-:]\s*(?P<found>[^\n]*))?"),
)  # fmt: skip

_END = r"(?![\w.])"  # of a number: 0x and 1.5 go on
_PLACES = (
    r"\b(?:line|ln)\s?(?:number|no\.?|#)?\s*[:=]?\s*(?P<line>\d+)\s*(?:[,;]|\bat\b|\band\b)?\s*(?:at\s+)?(?:col(?:umn)?\s?(?:number|#)?|char(?:acter)?|position|pos|offset)(?!\w)\.?\s*[:=]?\s*(?P<column>\d+)",
    r"\bline\s*[:=]?\s*(?P<line>\d+)\s*\n\s*column\s*[:=]?\s*(?P<column>\d+)",  # sax of Node
    r"\"line\"\s*:\s*(?P<line>\d+)\s*,\s*\"col(?:umn)?\"\s*:\s*(?P<column>\d+)",  # JSON
    r"\blineNumber=[\"'](?P<line>\d+)[\"'](?:\s+columnNumber=[\"'](?P<column>\d+)[\"'])?",  # KoSIT
    r"\[row,\s*col(?:\s*\{[^}]*\}|,\s*system-id)?\]:?\s*\[(?P<line>\d+),\s*(?P<column>\d+)[\],]",  # Woodstox
    r"@(?P<line>\d+):(?P<column>\d+)",  # Maven
    r"\((?P<line>\d+):(?P<column>\d+):\s",  # Nokogiri
    r"^(?P<line>\d+):(?P<column>\d+)(?: \(\d+\))?:? (?=un|expected|invalid|malformed|duplicate|missing|no |cannot|element|attribute|tag)",  # xml-rs
    r"(?:start location|location|position|at)\s*:?\s*\(?(?P<line>\d+):(?P<column>\d+)\)?",  # Oxygen, Go
    r"(?P<file>[^\s\"'<>|()\[\]:]+\.\w{1,10}|-)\((?P<line>\d+),\s*(?P<column>\d+)\)",  # MSBuild
    r"\((?P<line>\d+)[,:]\s*(?P<column>\d+)\)",  # .NET serializer, Salesforce
    r"(?P<file>(?:[A-Za-z]:)?[^\s\"'<>|():]+\.\w{1,10}|-):(?P<line>\d+)(?:[:,](?P<column>\d+))?(?=[:\s]|$)",  # libxml2, jing, AAPT, Stylus
    r"\b(?:zeile|ligne|riga|l[ií]nea|regel|linha|zeilennummer|wiersz|numer linii|linia)(?:\s+nr\.?)?\s*[:=]?\s*(?P<line>\d+)(?:\s*[,;]?\s*(?:spalte|position|colonne|colonna|columna|kolumna|coluna|kolom|positie|posi[zc]i[oó]ne?|posi\u00e7\u00e3o|pozycja)\s*[:=]?\s*(?P<column>\d+))?",
    r"\blines?\s?(?:number|no\.?|#)?\s*[:=#]?\s*(?P<line>\d+)",
    r"LineNumber\s*=\s*(?P<line>\d+)",  # NSXMLParser
    r"(?:行番号|行号|строк[аеи]|行)\s*[:\uff1a]?\s*(?P<line>\d+)(?:\s*[,、\uff0c;]\s*(?:列番号|列号|позиция|位置|столбец)\s*[:\uff1a]?\s*(?P<column>\d+))?",
    r"第\s*(?P<line>\d+)\s*行(?:\s*[,、\uff0c]\s*位置\s*(?P<column>\d+))?",
    # in bytes: the codecs of Python, quick-xml and others in Rust, expat, Jackson, pugixml, programs in Go
    rf"codec can't decode [^\n]{{1,40}}? in position (?P<bytes>\d+){_END}",
    rf"\bbyte(?:\s*(?:offset|index|position|number))?\s*[:=]?\s*#?(?P<bytes>\d+){_END}(?!\s*of\b)",
    rf"\b(?:error|parse|parsing|xml)\b[^\n]{{0,40}}?\bat (?:position|offset):?\s*(?P<bytes>\d+){_END}",
    rf"(?<!character )\boffset\s*[:=]?\s*(?P<bytes>\d+){_END}",
    # in units of UTF-16: Java, MSXML, JavaScript
    rf"\b(?:character offset|file ?pos(?:ition)?|at index|at position|in JSON at position)\s*[:=]?\s*(?P<units>\d+){_END}",
    # in characters: Python
    rf"\bchar(?:acter)?(?:\s+index)?\s*[:=]?\s*(?P<characters>\d+){_END}",
)


def readable(message: str) -> str:
    """The part of a message that is read, with long lines and repetitions cut: the patterns take too long on them."""
    return _LONG_LINE.sub(r"\1\n", _RUN.sub(r"\1", message[:LONGEST]))


@cache
def position_patterns() -> tuple[re.Pattern[str], ...]:
    """The patterns of a place: `line`, `column` and `file`, or an offset in `bytes`, `units` or `characters`."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PLACES)
