"""What somebody pastes from another system: one row a form of message, and what is read from it."""
# ruff: noqa: E501 - a message is one line, and so is what it claims

from __future__ import annotations

from dataclasses import fields

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnosis.latest_verdicts import validate
from mcp_servers.xml_troubleshooter.diagnosis.messages.assessment import Touched, assess
from mcp_servers.xml_troubleshooter.diagnosis.messages.claim import Claim, Kind, State, Unit
from mcp_servers.xml_troubleshooter.diagnosis.messages.claim_findings import check
from mcp_servers.xml_troubleshooter.diagnosis.messages.claim_offsets import located
from mcp_servers.xml_troubleshooter.diagnosis.messages.claims import claims
from mcp_servers.xml_troubleshooter.diagnosis.messages.message_formats import FORMS
from mcp_servers.xml_troubleshooter.diagnostics import Report
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.document.edits import apply

V1, V2 = "http://orders.example/v1", "http://orders.example/v2"
SAID: list[tuple[str, dict[str, object]]] = [
    # Java: Xerces, JAXB, Woodstox
    ("org.xml.sax.SAXParseException; lineNumber: 3; columnNumber: 7; Content is not allowed in prolog.", {"kind": Kind.PROLOG, "line": 3, "column": 7}),
    ("cvc-complex-type.2.4.a: Invalid content was found starting with element '{\"urn:a\":Foo}'. One of '{\"urn:a\":Bar, \"urn:a\":Baz}' is expected.", {"kind": Kind.UNEXPECTED, "name": "Foo", "namespace": "urn:a", "expected": ("Bar", "Baz")}),
    ("cvc-complex-type.2.4.b: The content of element 'cac:Party' is not complete. One of '{\"urn:a\":Name}' is expected.", {"kind": Kind.MISSING, "parent": "Party", "expected": ("Name",)}),
    ("cvc-complex-type.4: Attribute 'unit' must appear on element 'a:Weight'.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "unit", "parent": "Weight"}),
    ("cvc-complex-type.3.2.2: Attribute 'unt' is not allowed to appear in element 'Weight'.", {"kind": Kind.UNEXPECTED_ATTRIBUTE, "name": "unt", "parent": "Weight"}),
    ("cvc-elt.1.a: Cannot find the declaration of element 'order'.", {"kind": Kind.NAMESPACE, "name": "order"}),
    ("cvc-enumeration-valid: Value 'kg' is not facet-valid with respect to enumeration '[KGM, LTR]'. It must be a value from the enumeration.", {"kind": Kind.VALUE, "value": "kg", "expected": ("KGM", "LTR")}),
    ("cvc-pattern-valid: Value '12 a' is not facet-valid with respect to pattern '[0-9]+' for type 'Id'.", {"kind": Kind.VALUE, "value": "12 a"}),
    ("cvc-datatype-valid.1.2.1: '16.04.2026' is not a valid value for 'date'.", {"kind": Kind.VALUE, "value": "16.04.2026", "type": "date"}),
    ("cvc-type.3.1.3: The value 'x' of element 'Due' is not valid.", {"kind": Kind.VALUE, "value": "x", "name": "Due"}),
    ("cvc-complex-type.2.3: Element 'Order' cannot have character [children], because the type's content type is element-only.", {"kind": Kind.TEXT, "name": "Order"}),
    ('The prefix "cbc" for element "cbc:ID" is not bound.', {"kind": Kind.UNDECLARED_PREFIX, "name": "cbc"}),
    (f'unexpected element (uri:"", local:"order"). Expected elements are <{{{V1}}}order>,<{{{V1}}}item>', {"kind": Kind.NAMESPACE, "name": "order", "expected": (V1,)}),
    ("com.ctc.wstx.exc.WstxUnexpectedCharException: Unexpected character 'H' (code 72) in prolog; expected '<' at [row,col {unknown-source}]: [1,1]", {"kind": Kind.PROLOG, "line": 1, "column": 1}),
    # libxml2, expat, Go
    ("orders.xml:5: element Foo: Schemas validity error : Element '{urn:a}Foo': This element is not expected. Expected is one of ( {urn:a}Bar, {urn:a}Baz ).", {"kind": Kind.UNEXPECTED, "line": 5, "file": "orders.xml", "name": "Foo", "expected": ("Bar", "Baz")}),
    ("orders.xml:5: element Party: Schemas validity error : Element 'Party': Missing child element(s). Expected is ( Name ).", {"kind": Kind.MISSING, "line": 5, "parent": "Party", "expected": ("Name",)}),
    ("Element 'order': No matching global declaration available for the validation root.", {"kind": Kind.NAMESPACE, "name": "order"}),
    ("Element 'Weight': The attribute 'unit' is required but missing.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "unit", "parent": "Weight"}),
    ("Element 'Due': '16.04.2026' is not a valid value of the atomic type 'xs:date'.", {"kind": Kind.VALUE, "name": "Due", "value": "16.04.2026", "type": "xs:date"}),
    ("Element 'Unit': [facet 'enumeration'] The value 'kg' is not an element of the set {'KGM', 'LTR'}.", {"kind": Kind.VALUE, "name": "Unit", "value": "kg", "expected": ("KGM", "LTR")}),
    ("Start tag expected, '<' not found, line 1, column 1", {"kind": Kind.PROLOG, "line": 1, "column": 1}),
    ("xml.parsers.expat.ExpatError: mismatched tag: line 4, column 2", {"kind": Kind.OTHER, "line": 4, "column": 2}),
    ("XML syntax error on line 5: element <a> closed by </b>", {"kind": Kind.OTHER, "line": 5}),
    ("expected element type <order> but have <Order>", {"kind": Kind.UNEXPECTED, "name": "Order", "expected": ("order",)}),
    (f"expected element <order> in name space {V2} but have {V1}", {"kind": Kind.NAMESPACE, "expected": (V2,), "found": V1}),
    # .NET, MSXML, MSBuild
    (f"There is an error in XML document (2, 2). <Order xmlns='{V1}'> was not expected.", {"kind": Kind.NAMESPACE, "line": 2, "column": 2, "name": "Order", "found": V1}),
    ("The element 'Order' in namespace 'urn:a' has invalid child element 'Foo' in namespace 'urn:a'. List of possible elements expected: 'Bar, Baz' in namespace 'urn:a'.", {"kind": Kind.UNEXPECTED, "name": "Foo", "parent": "Order", "expected": ("Bar", "Baz")}),
    ("The element 'Order' has incomplete content. List of possible elements expected: 'Id'.", {"kind": Kind.MISSING, "parent": "Order", "expected": ("Id",)}),
    ("The 'Due' element is invalid - The value 'x' is invalid according to its datatype 'http://www.w3.org/2001/XMLSchema:date'", {"kind": Kind.VALUE, "name": "Due", "value": "x", "type": "http://www.w3.org/2001/XMLSchema:date"}),
    ("The required attribute 'unit' is missing.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "unit"}),
    ("'cbc' is an undeclared prefix. Line 4, position 6.", {"kind": Kind.UNDECLARED_PREFIX, "name": "cbc", "line": 4, "column": 6}),
    ("Element content is invalid according to the DTD/Schema. Expecting: Id, Item.", {"kind": Kind.UNEXPECTED, "expected": ("Id", "Item")}),
    ("a.csproj(7,5): error MSB4067: The element <PackageReference> beneath element <Project> is unrecognized.", {"kind": Kind.UNEXPECTED, "name": "PackageReference", "parent": "Project", "line": 7, "column": 5, "file": "a.csproj"}),
    ('a.csproj(7,5): error MSB4035: The required attribute "Include" is empty or missing from the element <Compile>.', {"kind": Kind.MISSING_ATTRIBUTE, "name": "Include", "parent": "Compile"}),
    ("Only one <configSections> element allowed per config file and if present must be the first child (web.config line 13)", {"kind": Kind.ORDER, "name": "configSections", "line": 13}),
    ("Unrecognized attribute 'debgu'. (web.config line 4)", {"kind": Kind.UNEXPECTED_ATTRIBUTE, "name": "debgu", "line": 4}),
    ("The entry 'main' has already been added. (web.config line 8)", {"kind": Kind.DUPLICATE, "value": "main", "line": 8}),
    # jing, Saxon, Oxygen
    ('order.xml:3:12: error: element "foo" not allowed here; expected element "bar" or "baz"', {"kind": Kind.UNEXPECTED, "name": "foo", "line": 3, "column": 12, "expected": ("bar", "baz")}),
    ('error: element "foo" missing required attribute "id"', {"kind": Kind.MISSING_ATTRIBUTE, "name": "id", "parent": "foo"}),
    ('error: attribute "foo" not allowed here', {"kind": Kind.UNEXPECTED_ATTRIBUTE, "name": "foo"}),
    ("In content of element <order>: The content model does not allow element <foo> to appear here. expected item on line 4 column 3 of a.xml:", {"kind": Kind.UNEXPECTED, "name": "foo", "parent": "order", "line": 4}),
    ("Start location: 12:8\nDescription: E [Xerces] cvc-complex-type.4: Attribute 'unit' must appear on element 'Weight'.", {"kind": Kind.MISSING_ATTRIBUTE, "line": 12, "column": 8}),
    # Maven, AAPT, browsers
    ("Non-parseable POM pom.xml: Duplicated tag: 'version' (position: START_TAG seen ...<version>... @11:16)", {"kind": Kind.DUPLICATE, "name": "version", "line": 11, "column": 16}),
    ("Malformed POM pom.xml: Unrecognised tag: 'artifactID' (position: START_TAG seen ... @9:19)", {"kind": Kind.UNEXPECTED, "name": "artifactID", "line": 9}),
    ("strings.xml:4: error: Apostrophe not preceded by \\ (in It's)", {"kind": Kind.ESCAPE, "line": 4, "file": "strings.xml"}),
    ("error: multiple substitutions specified in non-positional format of string resource string/a.", {"kind": Kind.ESCAPE, "value": "a"}),
    ("error: Duplicate value for resource 'string/title' with config ''.", {"kind": Kind.DUPLICATE, "value": "title"}),
    ("Binary XML file line #2: You must supply a layout_width attribute.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "layout_width", "line": 2}),
    ("error: resource string/titel (aka example.walks:string/titel) not found.", {"kind": Kind.VALUE, "value": "string/titel"}),
    ("SOAP MustUnderstand error: Did not understand header urn:example:sec Sec", {"kind": Kind.UNEXPECTED, "namespace": "urn:example:sec", "name": "Sec"}),
    ("MustUnderstand headers: [{urn:example:sec}Sec] are not understood.", {"kind": Kind.UNEXPECTED, "namespace": "urn:example:sec", "name": "Sec"}),
    ("The header 'Sec' from the namespace 'urn:example:sec' was not understood by the recipient of this message", {"kind": Kind.UNEXPECTED, "namespace": "urn:example:sec", "name": "Sec"}),
    ("Cannot find dispatch method for {urn:b}GetWalk", {"kind": Kind.UNEXPECTED, "namespace": "urn:b", "name": "GetWalk"}),
    ("Unexpected wrapper element {urn:a}GetWalk found.   Expected {urn:b}GetWalk.", {"kind": Kind.NAMESPACE, "found": "urn:a", "expected": ("urn:b",), "name": "GetWalk"}),
    ("Message part {urn:b}GetWalk was not recognized.  (Does it exist in service WSDL?)", {"kind": Kind.UNEXPECTED, "namespace": "urn:b", "name": "GetWalk"}),
    ("IllegalArgumentException: Servlet mapping specifies an unknown servlet name [b]", {"kind": Kind.VALUE, "value": "b"}),
    ("NoSuchBeanDefinitionException: No bean named 'clok' available", {"kind": Kind.VALUE, "value": "clok"}),
    ("CX_ST_MATCH_ELEMENT: XML matching error: expected element-start: Positions, found: element-start: Item", {"kind": Kind.UNEXPECTED, "name": "Item", "expected": ("Positions",)}),
    ("orders/2024.xml:17:3: fatal: tag mismatch </Item>", {"kind": Kind.OTHER, "line": 17, "column": 3, "file": "orders/2024.xml"}),
    ("This XML file does not appear to have any style information associated with it.", {"kind": Kind.DISPLAY}),
    ("XML Parsing Error: mismatched tag. Expected: </b>. Location: file:///x.xml Line Number 3, Column 5:", {"kind": Kind.OTHER, "line": 3, "column": 5}),
    ("error on line 6 at column 9: Opening and ending tag mismatch: b line 0 and a", {"kind": Kind.OTHER, "line": 6, "column": 9}),
    # the same faults in other words, and in other systems' own
    ("[ERROR] 'dependencies.dependency.version' for org.example:core:jar is missing. @ line 7, column 17", {"kind": Kind.MISSING, "parent": "dependency", "name": "version", "found": "org.example:core", "line": 7}),
    ("Manifest merger failed : android:exported needs to be explicitly specified for element <activity#com.example.Main>. Apps targeting Android 12 and higher ...", {"kind": Kind.MISSING_ATTRIBUTE, "parent": "activity", "name": "exported"}),
    ("ERROR ITMS-90057: The Info.plist file is missing the required key: CFBundleShortVersionString.", {"kind": Kind.KEY, "name": "CFBundleShortVersionString"}),
    ("Cannot add duplicate collection entry of type 'mimeMap' with unique key attribute 'fileExtension' set to '.json'", {"kind": Kind.DUPLICATE, "parent": "mimeMap", "name": "fileExtension", "value": ".json"}),
    ('warning MSB3568: Duplicate resource name "Hello" is not allowed, ignored.', {"kind": Kind.DUPLICATE, "value": "Hello"}),
    ("Invalid date\nAn invalid date was found.\nLine 5\nParent tag: url\nTag: lastmod\nValue: 01/03/2024", {"kind": Kind.VALUE, "name": "lastmod", "value": "01/03/2024"}),
    ("line 10, column 15: pubDate must be an RFC-822 date-time: 2024-03-01 10:00 [help]", {"kind": Kind.VALUE, "name": "pubDate", "value": "2024-03-01 10:00", "line": 10}),
    ("Warning: Unable to translate message with id \"a\": the translation has missing placeholder: INTERPOLATION", {"kind": Kind.PLACEHOLDER, "value": "INTERPOLATION"}),
    ('The content of element type "a" must match "(b?,c*,(d|e)+)".', {"kind": Kind.CONTENT, "parent": "a", "found": "(b?,c*,(d|e)+)", "expected": ()}),
    ("Element a content does not follow the DTD, expecting (b , c?), got (c b )", {"kind": Kind.CONTENT, "parent": "a", "found": "(b , c?)"}),
    ("Parse error at line 4, column 16: unknown element <Placemarks>", {"kind": Kind.UNEXPECTED, "name": "Placemarks", "line": 4}),
    ("cvc-complex-type.2.4.a: Se ha encontrado contenido no v\u00e1lido a partir del elemento 'Invoices'. Se esperaba uno de '{Parties}'. L\u00ednea 4", {"kind": Kind.UNEXPECTED, "name": "Invoices", "expected": ("Parties",), "line": 4}),
    ("cvc-datatype-valid.1.2.1: '1,5' n'est pas une valeur valide pour 'decimal'.", {"kind": Kind.VALUE, "value": "1,5", "type": "decimal"}),
    ("cvc-complex-type.4: Attribut 'unit' muss in Element 'Weight' vorkommen.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "unit", "parent": "Weight"}),
    ("The 'http://t.example/:P_1' element is invalid - The value '01.03.2024' is invalid according to its datatype 'http://t.example/:TDate' - The string '01.03.2024' is not a valid Date value. Line 5, position 10.", {"kind": Kind.VALUE, "name": "P_1", "value": "01.03.2024", "found": "Date", "line": 5}),
    # ... in other languages, in several lines, and as programs of other worlds say it
    ('Das Element "Kopf" hat ein ung\u00fcltiges untergeordnetes Element "Datum". Erwartet wurde die Liste der m\u00f6glichen Elemente: "Kunde, Ort".', {"kind": Kind.UNEXPECTED, "name": "Datum", "parent": "Kopf", "expected": ("Kunde", "Ort")}),
    ("L'\u00e9l\u00e9ment 'a' a un contenu incomplet. Liste d'\u00e9l\u00e9ments possibles attendue : 'b'.", {"kind": Kind.MISSING, "parent": "a", "expected": ("b",)}),
    ("Das 'Due'-Element ist ung\u00fcltig - Der Wert 'x' ist gem\u00e4\u00df seinem Datentyp 'urn:t:D' ung\u00fcltig - Die Zeichenfolge 'x' ist kein g\u00fcltiger Date-Wert.", {"kind": Kind.VALUE, "name": "Due", "value": "x", "found": "Date"}),
    ("Le pr\u00e9fixe \"cbc\" de l'\u00e9l\u00e9ment \"cbc:ID\" n'est pas li\u00e9.", {"kind": Kind.UNDECLARED_PREFIX, "name": "cbc"}),
    ("El contenido no est\u00e1 permitido en el pr\u00f3logo.", {"kind": Kind.PROLOG}),
    ("Error: Unexpected close tag\nLine: 2\nColumn: 8\nChar: >", {"kind": Kind.OTHER, "line": 2}),
    ('{"err":{"code":"InvalidTag","msg":"Expected closing tag \'c\' instead of closing tag \'a\'.","line":3,"col":5}}', {"kind": Kind.OTHER, "line": 3, "column": 5}),
    ("Warning: DOMDocument::schemaValidate(): Element 'Foo': This element is not expected. Expected is ( Bar ). in /var/www/x.php on line 30", {"kind": Kind.UNEXPECTED, "name": "Foo", "line": 0}),
    ("Fehler im XML-Dokument (2,2). ---> <Rechnung xmlns=''> wurde nicht erwartet.", {"kind": Kind.NAMESPACE, "name": "Rechnung", "line": 2}),
    ("Non-parseable POM pom.xml: Expected root element 'project' but found 'html' (position: START_TAG seen ... @2:6)", {"kind": Kind.UNEXPECTED, "name": "html", "expected": ("project",), "line": 2}),
    ("failed validating '1,5' with XsdAtomicBuiltin(name='xs:decimal'):", {"kind": Kind.VALUE, "value": "1,5", "type": "xs:decimal"}),
    ("failed validating 'kg' with XsdEnumerationFacets(['KGM', 'LTR']):", {"kind": Kind.VALUE, "value": "kg", "expected": ("KGM", "LTR")}),
    ("org.xml.sax.SAXException: kg is not a legal value for {urn:t:1}UnitType", {"kind": Kind.VALUE, "value": "kg", "type": "UnitType"}),
    ("Element 'Unit' is not valid for content model: '(Due,Itm)'", {"kind": Kind.UNEXPECTED, "name": "Unit", "expected": ("Due", "Itm")}),
    ("Die Datei wurde abgelehnt. Fehler in Element <ReqdExctnDt>: Das Datum liegt in der Vergangenheit.", {"kind": Kind.VALUE, "name": "ReqdExctnDt"}),
    ("Invalid value [price]: 1,5", {"kind": Kind.VALUE, "name": "price", "value": "1,5"}),
    ("Fehler bei der Deserialisierung: Element Total erwartet, gefunden wurde Currency (Zeile 6)", {"kind": Kind.UNEXPECTED, "name": "Currency", "expected": ("Total",), "line": 6}),
    ("Element Content '17.03.2025' is not valid for type date of element Due", {"kind": Kind.VALUE, "name": "Due", "value": "17.03.2025", "type": "date"}),
    ('{"line":3,"text":"cvc-complex-type.2.4.b: The content of element \'Head\' is not complete. One of \'{\\"urn:t:1\\":Buyer}\' is expected."}', {"kind": Kind.MISSING, "parent": "Head", "expected": ("Buyer",)}),
    ("L'\u00e9l\u00e9ment 'Head' dans l'espace de noms 'u' a un \u00e9l\u00e9ment enfant non valide 'Due' dans l'espace de noms 'u'. Liste d'\u00e9l\u00e9ments possibles attendue : 'Id' dans l'espace de noms 'u'.", {"kind": Kind.UNEXPECTED, "name": "Due", "expected": ("Id",)}),
    ("Nokogiri::XML::SyntaxError (2:13: FATAL: xmlParseEntityRef: no name)", {"kind": Kind.OTHER, "line": 2, "column": 13}),
    ("4:7 Unexpected closing tag: e, expected d", {"kind": Kind.OTHER, "line": 4, "column": 7}),
    ("Unexpected close tag </e>; expected </d>.\n at [row,col,system-id]: [4,9,\"file:/in/a.xml\"]", {"kind": Kind.OTHER, "line": 4, "column": 9}),
    ("XML-Verarbeitungsfehler: Nicht \u00fcbereinstimmendes Tag. Erwartet: </d>.\nAdresse: file:///C:/a.xml\nZeile Nr. 4, Spalte 8:", {"kind": Kind.OTHER, "line": 4, "column": 8}),
    ("Error in line 5 position 6. Expecting element 'Number' from namespace 'urn:t:1'.. Encountered 'Element'  with name 'Due', namespace 'urn:t:1'.", {"kind": Kind.UNEXPECTED, "name": "Due", "namespace": "urn:t:1", "expected": ("Number",), "line": 5}),
    ("error: cvc-complex-type.2.4a: Expected elements 'Id@urn:t:1 Number@urn:t:1' instead of 'Due@urn:t:1' here in element Order@urn:t:1", {"kind": Kind.UNEXPECTED, "name": "Due", "parent": "Order", "expected": ("Id", "Number")}),
    ("error: cvc-complex-type.2.4c: Expected element 'Buyer@urn:t:1' before the end of the content in element Head@urn:t:1", {"kind": Kind.MISSING, "parent": "Head", "expected": ("Buyer",)}),
    ("El contenido del elemento 'Head' no est\u00e1 completo. Se espera uno de '{Number}'. L\u00ednea 3", {"kind": Kind.MISSING, "parent": "Head", "expected": ("Number",), "line": 3}),
    ("Element 'Qty' has invalid data type. Expected: decimal. Found: '1,5' at line 11", {"kind": Kind.VALUE, "name": "Qty", "value": "1,5", "type": "decimal", "line": 11}),
    ("Element 'Date' jest niedozwolony w tym miejscu. Oczekiwano: Number. Linia 5", {"kind": Kind.UNEXPECTED, "name": "Date", "expected": ("Number",), "line": 5}),
    ("Premature end of file. Systemid input.xml; Line#: 3; Column#: 7", {"kind": Kind.OTHER, "line": 3, "column": 7}),
    ("Error=XML_ERROR_MISMATCHED_ELEMENT ErrorID=14 (0xe) Line number=4: XMLElement name=d", {"kind": Kind.OTHER, "line": 4}),
    ("Il valore '1,5' non \u00e8 valido per il tipo 'xs:decimal' nell'elemento <Qty>. Riga 11", {"kind": Kind.VALUE, "name": "Qty", "value": "1,5", "type": "decimal", "line": 11}),
    ("element Head: content model does not allow element Currency at this point", {"kind": Kind.UNEXPECTED, "name": "Currency"}),
    ("The end tag must be '</d>' instead of '</e>'. xml(ETagRequired) [Ln 4, Col 8]", {"kind": Kind.OTHER, "line": 4, "column": 8}),
    ("EntityName \u306e\u89e3\u6790\u4e2d\u306b\u30a8\u30e9\u30fc\u304c\u767a\u751f\u3057\u307e\u3057\u305f\u3002 \u884c 2\u3001\u4f4d\u7f6e 11\u3002", {"kind": Kind.OTHER, "line": 2, "column": 11}),
    ("LPX-00225: end-element tag \"c\" does not match start-element tag \"b\"", {"kind": Kind.OTHER}),
    ("Could not find a field for name Foo, candidates: Bar (position 8:5)", {"kind": Kind.UNEXPECTED, "name": "Foo"}),
    ('keyNotFound(CodingKeys(stringValue: "Foo"))', {"kind": Kind.MISSING, "name": "Foo"}),
    ("<Message>Input for tag <Item.Quantity> is missing.</Message>", {"kind": Kind.MISSING, "name": "Item.Quantity"}),
    ('strconv.ParseFloat: parsing "1,50": invalid syntax', {"kind": Kind.VALUE, "value": "1,50", "found": "Float"}),
    ('java.lang.NumberFormatException: For input string: "1,50"', {"kind": Kind.VALUE, "value": "1,50"}),
    ('Cannot deserialize value of type `java.math.BigDecimal` from String "1,50": not a valid representation', {"kind": Kind.VALUE, "value": "1,50", "found": "BigDecimal"}),
    ("Error parsing file: Element {http://o.example/}typ invalid at this location in type CustomField (6:14)", {"kind": Kind.UNEXPECTED, "name": "typ", "line": 6, "column": 14}),
    ("The Info.plist file should contain a NSCameraUsageDescription key with a user-facing purpose string", {"kind": Kind.KEY, "name": "NSCameraUsageDescription"}),
    ("> [string/hello] /app/strings.xml: Error: Duplicate resources", {"kind": Kind.DUPLICATE, "value": "hello"}),
    ('<rep:message level="error" lineNumber="8" columnNumber="5">cvc-complex-type.4: Attribute \'unit\' must appear on element \'Weight\'.</rep:message>', {"kind": Kind.MISSING_ATTRIBUTE, "line": 8, "column": 5}),
    ("<Errore><Codice>00404</Codice><Descrizione>Fattura duplicata</Descrizione></Errore>", {"kind": Kind.RULE, "rule": "00404"}),
    # services, portals, banks, rules
    (f'Fault VersionMismatch: found "{V1}", expected "{V2}"', {"kind": Kind.NAMESPACE, "found": V1, "expected": (V2,)}),
    (f"Line 2, column 1: unexpected root element. Expected namespace: {V2} Found namespace: {V1}", {"kind": Kind.NAMESPACE, "found": V1, "expected": (V2,), "line": 2}),
    (f"Wrong namespace: {V1}, must be {V2}.", {"kind": Kind.NAMESPACE, "found": V1, "expected": (V2,)}),
    ("Zeile 5, Spalte 3: Das Dokument ist ung\u00fcltig.", {"kind": Kind.OTHER, "line": 5, "column": 3}),
    ("Invalid value 'kg' for element Unit, allowed values are KGM, LTR", {"kind": Kind.VALUE, "value": "kg", "name": "Unit", "expected": ("KGM", "LTR")}),
    ("Mandatory element BIC is missing", {"kind": Kind.MISSING, "name": "BIC"}),
    ("[BR-CO-15]-Invoice total amount with VAT is the sum of both.", {"kind": Kind.RULE, "rule": "BR-CO-15"}),
    ("PEPPOL-EN16931-R003: A buyer reference or purchase order reference MUST be provided.", {"kind": Kind.RULE, "rule": "PEPPOL-EN16931-R003"}),
    ("BR-DE-15 | error | /Invoice[1]", {"kind": Kind.RULE, "rule": "BR-DE-15"}),
    ('<svrl:failed-assert test="x" id="BR-05" flag="fatal" location="/a"><svrl:text>t</svrl:text></svrl:failed-assert>', {"kind": Kind.RULE, "rule": "BR-05"}),
    ("AC01: IncorrectAccountNumber", {"kind": Kind.RULE, "rule": "AC01"}),
    ("Scarto: 00404 - Fattura duplicata", {"kind": Kind.RULE, "rule": "00404"}),
]  # fmt: skip


@pytest.mark.parametrize(("message", "claim"), SAID)
def test_a_message_is_taken_apart(message: str, claim: dict[str, object]) -> None:
    (found,) = claims(message)
    assert {name: getattr(found, name) for name in claim} == claim


def test_every_kind_of_claim_has_a_form_and_a_message_here() -> None:
    kinds = {claim["kind"] for _, claim in SAID}
    assert (
        {form.kind for form in FORMS} | {Kind.OTHER} <= kinds == set(Kind) - {Kind.WISH}
    )  # that a person says, in any form


def test_a_log_holds_several_claims_and_a_place_stands_beside_its_message() -> None:
    log = f"""2026-01-02 10:11:12 INFO  reading order.xml
    ERROR cvc-complex-type.4: Attribute 'unit' must appear on element 'Weight'.
       at line 7 column 3
    ERROR {SAID[0][0]}
    2026-01-02 10:11:13 INFO  done
    """
    first, second = claims(log)
    assert (first.kind, first.line, first.column) == (Kind.MISSING_ATTRIBUTE, 7, 3)
    assert (second.kind, second.line) == (Kind.PROLOG, 3)


@pytest.mark.parametrize("words", ["", "Please make the invoice work.", "the price must stay 1,00", "x" * 100_000])
def test_plain_words_claim_nothing(words: str) -> None:
    assert claims(words) == ()


VALID = Report(well_formed=True, valid=True)
ORDER = f'<?xml version="1.0"?>\n<Order xmlns="{V1}">\n  <Due>16.04.2026</Due>\n  <Unit>kg</Unit><Itm/>\n</Order>\n'


@pytest.mark.parametrize(
    ("message", "before", "after"),
    [
        (f"Expected namespace: {V2} Found namespace: {V1}", V1, V2),
        (f"Expected namespace: {V2}", V1, V2),
        (
            "Element 'Unit': [facet 'enumeration'] The value 'kg' is not an element of the set {'KG', 'LTR'}.",
            "kg",
            "KG",
        ),
        ("line 4: Element 'Itm': This element is not expected. Expected is ( Item ).", "<Itm/>", "<Item/>"),
    ],
)
def test_what_was_expected_and_found_is_a_repair_that_needs_consent(message: str, before: str, after: str) -> None:
    ((_, found),) = check(message, Document(ORDER))
    reading = found.finding.reading
    assert reading is not None
    assert not reading.safe
    mended = apply(ORDER, reading.edits)
    assert mended == ORDER.replace(before, after)
    assert check(message, Document(mended)) == ()


@pytest.mark.parametrize(
    ("message", "state", "said"),
    [
        (
            f"There is an error in XML document (2, 2). <Order xmlns='{V1}'> was not expected.",
            State.UNCHECKABLE,
            "in line 2, in the namespace",
        ),
        ("cvc-datatype-valid.1.2.1: '16.04.2026' is not a valid value for 'date'.", State.CONFIRMED, "Line 3"),
        ("cvc-datatype-valid.1.2.1: '2026-04-16' is not a valid value for 'date'.", State.ABSENT, "does not occur"),
        ("cvc-complex-type.4: Attribute 'unit' must appear on element 'Weight'.", State.ABSENT, "no <unit>"),
        (
            "cvc-complex-type.4: Attribute 'code' must appear on element 'Unit'.",
            State.CONFIRMED,
            "misses the attribute code",
        ),
        (f"Expected namespace: {V1} Found namespace: {V2}", State.ABSENT, "already"),
        ("mismatched tag: line 3, column 2", State.ABSENT, "well-formed; line 3 reads"),
        (
            "Scarto: 00400 - <Due> non presente a fronte di <Net>",
            State.UNCHECKABLE,
            "<Due> stands in line 3; <Net> is no",
        ),
        (
            "The 'Due' element is invalid - The value '16.04.2026' is invalid according to its datatype 'urn:t:D'.",
            State.UNCHECKABLE,
            "is there, in <Due> in line 3",
        ),
        (
            "The 'Due' element is invalid - The value '16.04.2026' is invalid according to its datatype 'urn:t:D' - "
            "The string '16.04.2026' is not a valid Date value.",
            State.CONFIRMED,
            "of the type date",
        ),
        ('The content of element type "Order" must match "(Unit,Itm*,Due?)".', State.CONFIRMED, "at the wrong place"),
        ("BR-CO-15: the sum is wrong", State.UNCHECKABLE, "No rule set was run"),
        ("Content is not allowed in prolog.", State.ABSENT, "received something else"),
        ("BuyerReference is missing", State.CONFIRMED, "BuyerReference"),
        ("element Due is missing", State.ABSENT, "<Due> is there, in line 3"),
    ],
)
def test_each_claim_is_held_against_the_document(message: str, state: State, said: str) -> None:
    document = Document(ORDER)
    report = Report(well_formed=True, valid=True, diagnostics=tuple(item for item, _ in check(message, document)))
    assessed, *_ = assess(message, document, report, report)
    assert assessed.state is state
    assert said in assessed.reason


@pytest.mark.parametrize(
    ("message", "offset", "unit"),
    [
        ("'utf-8' codec can't decode byte 0xfc in position 61: invalid start byte", 61, Unit.BYTES),
        ('Error at position 61: EndEventMismatch { expected: "a", found: "b" }', 61, Unit.BYTES),
        ("not well-formed (invalid token) at byte 61", 61, Unit.BYTES),
        ("mismatched tag (byte offset: #61)", 61, Unit.BYTES),
        ("Error offset: 61 (Start-end tags mismatch)", 61, Unit.BYTES),
        ("xml: syntax error at offset 61", 61, Unit.BYTES),
        ("Unexpected close tag at position 61", 61, Unit.UTF_16),
        ("End tag 'b' does not match the start tag 'a'. File position: 61", 61, Unit.UTF_16),
        ("mismatched tag (char 61)", 61, Unit.CHARACTERS),
        ("Invalid byte 2 of 3-byte UTF-8 sequence.", 0, Unit.CHARACTERS),
        ("mismatched tag: line 5, column 3, byte 61", 61, Unit.BYTES),
    ],
)
def test_an_offset_is_read_as_its_system_counts(message: str, offset: int, unit: Unit) -> None:
    (claim, *_) = claims(message)
    assert (claim.offset, claim.unit) == ((offset, unit) if not claim.line else (0, Unit.CHARACTERS))


@pytest.mark.parametrize(("unit", "bom"), [(unit, bom) for unit in Unit for bom in (b"", b"\xef\xbb\xbf")], ids=str)
def test_an_offset_leads_to_its_line_whatever_it_counts(unit: Unit, bom: bytes) -> None:
    text = "<a>\r\n<b>\u00fc\u20ac\U0001f600</b><c/>\r\n</a>"
    before = text[: text.index("<c/>")]
    counted = {
        Unit.BYTES: len(bom + before.encode()),
        Unit.CHARACTERS: len(before),
        Unit.UTF_16: len(before.encode("utf-16-le")) // 2,
    }
    document = Document.from_bytes(bom + text.encode())
    found = located(Claim(offset=counted[unit], unit=unit), document)
    assert (found.line, found.column) == (2, 11)
    beyond = located(Claim(offset=1_000, unit=unit), document)
    assert beyond.line == 0


def test_of_faults_in_one_line_a_message_is_about_the_one_at_its_offset() -> None:
    document = Document("<a><b>1 & 2</b><c>\u00fc\u00fc\u00fc 3 & 4</c></a>")
    report = validate(document)
    offset = len(document.text[: document.text.index("& 4")].encode())
    message = f"Error at position {offset}: an error occurred while parsing EntityName"
    (assessed,) = assess(message, document, report, report)
    assert assessed.diagnostic is not None
    assert assessed.diagnostic.start == document.text.index("& 4")
    (far,) = assess("Error at position 900: an error occurred while parsing EntityName", Document("<a/>"), VALID, VALID)
    assert far.state is State.ABSENT
    assert "4 bytes, and no offset 900" in far.reason


TWICE = "<r>\n <a>x & y</a>\n <b>1</b>\n <c>x & z</c>\n <e>one</f>\n</r>\n"
OFFSET = len(TWICE[: TWICE.index("& z")])
MISMATCH = len(TWICE[: TWICE.index("</f")])
MENDED = TWICE.replace("& y", "&amp;\ny")  # by an edit that moves all lines behind it


@pytest.mark.parametrize(
    ("message", "state", "line"),
    [
        (f"not well-formed (invalid token) at byte offset {OFFSET}", State.CONFIRMED, 4),
        ("not well-formed (invalid token): line 4, column 7", State.CONFIRMED, 4),
        ("xmlParseEntityRef: no name, line 4, column 8", State.CONFIRMED, 4),
        ("not well-formed (invalid token): line 2, column 7", State.REPAIRED, 2),
        ("xmlParseEntityRef: no name, line 2, column 8", State.REPAIRED, 2),
        (f"error at byte offset {MISMATCH}", State.CONFIRMED, 5),
        ("mismatched tag: line 5, column 9", State.CONFIRMED, 5),
        ("mismatched tag: line 2, column 7", State.REPAIRED, 2),
    ],
)
def test_of_faults_alike_a_message_is_about_the_one_at_its_place(message: str, state: State, line: int) -> None:
    document, result = Document(TWICE), Document(MENDED)
    made = (Touched("e1", 2, "&", made=True, code=Code.BARE_AMPERSAND.value, after="&amp;\n"),)
    (assessed,) = assess(message, document, validate(document), validate(result), made, result)
    assert assessed.state is state
    assert assessed.diagnostic is not None
    assert assessed.diagnostic.line == line
    assert f"line {line}" in assessed.reason.lower()


def test_an_edit_elsewhere_mends_no_fault_of_another_line() -> None:
    document = Document(TWICE)
    made = (Touched("e1", 2, "", made=True, code=Code.UNESCAPED_TEXT.value),)
    before = Report(well_formed=False, valid=False)
    (told,) = assess("strings.xml:5: error: Apostrophe not preceded by \\", document, before, before, made)
    assert told.state is not State.REPAIRED


@pytest.mark.parametrize("what", ["error", "mismatched tag", "not well-formed (invalid token)"])
@pytest.mark.parametrize(
    ("place", "size"), [("at byte offset 969", f"{len(TWICE)} bytes"), ("at line 40, column 7", "6 lines")]
)
def test_a_place_behind_the_end_is_one_of_another_version(what: str, place: str, size: str) -> None:
    document, result = Document(TWICE), Document(MENDED)
    (assessed,) = assess(f"{what} {place}", document, validate(document), validate(result), (), result)
    assert (assessed.state, assessed.diagnostic) == (State.ABSENT, None)
    assert f"has only {size}" in assessed.reason
    assert "another version" in assessed.reason


def test_a_rule_and_the_message_in_its_words_are_two_claims() -> None:
    message = (
        "Codice 00200 - File non conforme al formato: cvc-complex-type.4: Attribute 'unit' must appear on 'Weight'."
    )
    assert {claim.kind for claim in claims(message)} == {Kind.RULE, Kind.MISSING_ATTRIBUTE}


def test_a_fault_of_markup_is_known_by_its_line_whatever_a_parser_calls_it() -> None:
    document = Document("<a>\n<b>1 & 2</b>\n<c>\n</a>")
    report = validate(document)
    (assessed,) = assess("Error: EntityRef: expecting ';'\n at line 2", document, report, report)
    assert assessed.diagnostic is not None
    assert assessed.diagnostic.code is Code.BARE_AMPERSAND


def test_of_elements_in_one_line_a_message_is_about_the_one_at_its_column() -> None:
    document = Document("<a><b>1</b><b>x</b><b>y</b></a>")
    message = "[xml] 1:20: The 'b' element is invalid - The value 'y' is invalid according to its datatype 'xs:int'"
    ((found, _),) = check(message.replace("1:20", "line 1, column 26"), document)
    assert document.text[found.start : found.end] == "y"


def test_an_entry_that_stands_twice_is_told_with_its_lines() -> None:
    document = Document('<a>\n<add key="k" value="1"/>\n<add key="k" value="2"/>\n</a>')
    report = Report(well_formed=True, valid=True)
    (assessed,) = assess("The entry 'k' has already been added.", document, report, report)
    assert assessed.state is State.CONFIRMED
    assert "stands in the lines 2, 3" in assessed.reason


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xef\xbb\xbf<a/>", "byte order mark (EF BB BF)"),
        ("\ufeff<a/>".encode("utf-16-le"), "UTF-16-LE with a byte order mark"),
        (b"\n<?xml version='1.0'?><a/>", "in front of the XML declaration"),
        (b"\n<a/>", "begins with white space"),
        ("<?xml version='1.0' encoding='cp500'?><a/>".encode("cp500"), "written in CP500"),
        (b"HTTP 500 <a/>", "which is no markup"),
    ],
)
def test_content_in_front_of_a_document_has_its_own_answer_by_cause(data: bytes, said: str) -> None:
    document = Document.from_bytes(data)
    well_formed = not document.text.startswith(("H", "\n<?"))
    report = Report(well_formed=well_formed, valid=well_formed)
    (assessed,) = assess("Content is not allowed in prolog.", document, report, report)
    assert assessed.state is State.CONFIRMED
    assert said in assessed.reason


def test_what_the_result_no_longer_has_is_repaired() -> None:
    message, document = f"Expected namespace: {V2} Found namespace: {V1}", Document(ORDER)
    before = Report(well_formed=True, valid=False, diagnostics=tuple(item for item, _ in check(message, document)))
    now = Report(well_formed=True, valid=True)
    (assessed,) = assess(message, document, before, now)
    assert assessed.state is State.REPAIRED


@pytest.mark.parametrize(
    "words",
    ["Our BizTalk says that it is invalid", "The SAP_PI import is wrong since 17.03.2025", "ERP4You: not allowed"],
)
def test_a_program_or_a_day_in_a_sentence_is_not_looked_for_in_the_document(words: str) -> None:
    document, report = Document(ORDER), Report(well_formed=True, valid=True)
    assert assess(words, document, report, report) == ()


def test_what_is_said_of_a_broken_document_is_looked_up_in_its_repaired_state() -> None:
    broken, result = Document(ORDER.replace("kg", "k & g")), Document(ORDER.replace("kg", "k &amp; g"))
    before, now = Report(well_formed=False, valid=False), Report(well_formed=True, valid=True)
    (assessed,) = assess("element Due is missing", broken, before, now, (), result)
    assert (assessed.state, assessed.reason[:28]) == (State.ABSENT, "<Due> is there, in line 3, a")
    escape = (Touched("e1", 4, "", made=True, code=Code.UNESCAPED_TEXT.value),)
    (told,) = assess("Apostrophe not preceded by \\ (in It's)", broken, before, now, escape, result)
    assert told.state is State.REPAIRED


def test_a_claim_says_by_its_fields_what_it_holds() -> None:
    assert {"text", "line", "name", "expected", "found", "rule"} <= {field.name for field in fields(Claim)}
