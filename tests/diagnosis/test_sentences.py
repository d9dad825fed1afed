"""What is read from a free sentence, in the languages in which portals and people write: one row a way to say it."""
# ruff: noqa: E501 - a sentence is one line, in its own signs

from __future__ import annotations

import time

import pytest

from mcp_servers.xml_troubleshooter.diagnosis.messages.claim import Kind
from mcp_servers.xml_troubleshooter.diagnosis.messages.claims import claims
from mcp_servers.xml_troubleshooter.diagnosis.messages.sentences import complaints

SENTENCES: list[tuple[str, dict[str, object]]] = [
    # German
    ("Das Pflichtfeld „CtrlSum“ fehlt.", {"kind": Kind.MISSING, "name": "CtrlSum"}),
    ("Im Feld ReqdExctnDt fehlt das Datum.", {"kind": Kind.MISSING, "name": "ReqdExctnDt"}),
    ("Attribut „einheit“ fehlt bei Position.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "einheit", "parent": "Position"}),
    ("Das Element ChrgBr ist an dieser Stelle nicht erlaubt.", {"kind": Kind.UNEXPECTED, "name": "ChrgBr"}),
    ("Fehler: Tag <Artikel> nicht zulässig, erwartet <Bezeichnung>", {"kind": Kind.UNEXPECTED, "name": "Artikel", "expected": ("Bezeichnung",)}),
    ("Feld Cdtr/Nm enthält unzulässige Zeichen", {"kind": Kind.VALUE, "name": "Nm", "parent": "Cdtr"}),
    ("Der Wert „1,50“ im Feld „Preis“ ist kein gültiger Betrag.", {"kind": Kind.VALUE, "name": "Preis", "value": "1,50", "type": "decimal"}),
    ("Das Datum 17.03.2025 ist falsch formatiert, bitte JJJJ-MM-TT verwenden", {"kind": Kind.VALUE, "value": "17.03.2025", "type": "date"}),
    ("Das Feld Datum (Wert: 17.03.2025) entspricht nicht dem Format xs:date.", {"kind": Kind.VALUE, "name": "Datum", "value": "17.03.2025", "type": "date"}),
    ("Das Element Position darf nur einmal vorkommen", {"kind": Kind.DUPLICATE, "name": "Position"}),
    ("Element 'E1EDKA1' erwartet, aber 'E1EDP01' gefunden", {"kind": Kind.UNEXPECTED, "name": "E1EDP01", "expected": ("E1EDKA1",)}),
    ("Der Namensraum urn:x:3 wird nicht mehr unterstützt, erwartet wird urn:x:9", {"kind": Kind.NAMESPACE, "found": "urn:x:3", "expected": ("urn:x:9",)}),
    ("Das Feld <Nm> enthält ein nicht zugelassenes Zeichen", {"kind": Kind.VALUE, "name": "Nm"}),
    ("Das Element 'Datum' darf hier nicht stehen. Erlaubt sind: Kunde, Ort", {"kind": Kind.UNEXPECTED, "name": "Datum", "expected": ("Kunde", "Ort")}),
    ('Der Wert "1,50" kann nicht in den Typ Decimal konvertiert werden.', {"kind": Kind.VALUE, "value": "1,50", "type": "decimal"}),
    ("Preis: Ungültiges Zahlenformat", {"kind": Kind.VALUE, "name": "Preis", "type": "decimal", "is_bare": True}),
    ("'BuyerReference fehlt'", {"kind": Kind.MISSING, "name": "BuyerReference"}),
    ("'The element \"cbc:ID\" doesn't exist here' says the portal", {"kind": Kind.UNEXPECTED, "name": "cbc:ID"}),
    ("Der Wert \u201enicht erlaubt\u201c im Feld Preis ist ung\u00fcltig", {"kind": Kind.VALUE, "value": "nicht erlaubt"}),
    # French
    ("La balise <Client> est manquante.", {"kind": Kind.MISSING, "name": "Client"}),
    ("Le champ BuyerReference est obligatoire et n'est pas renseigné.", {"kind": Kind.MISSING, "name": "BuyerReference"}),
    ("L'attribut « unite » est obligatoire pour l'élément Position.", {"kind": Kind.MISSING_ATTRIBUTE, "name": "unite", "parent": "Position"}),
    ("La valeur « 1,50 » de l'élément Prix n'est pas autorisée ; le format attendu est un nombre décimal.", {"kind": Kind.VALUE, "name": "Prix", "value": "1,50", "type": "decimal"}),
    ("valeur incorrecte « x » pour la balise <Prix> (valeurs autorisées : 1.00, 1.50)", {"kind": Kind.VALUE, "name": "Prix", "value": "x", "expected": ("1.00", "1.50")}),
    # Italian
    ("Fattura scartata: manca il campo obbligatorio <RegimeFiscale> in <CedentePrestatore>", {"kind": Kind.MISSING, "name": "RegimeFiscale", "parent": "CedentePrestatore"}),
    ("Il valore '17.03.2025' dell'elemento Data non è conforme al formato AAAA-MM-GG", {"kind": Kind.VALUE, "name": "Data", "value": "17.03.2025", "type": "date"}),
    ("Elemento 'Articolo' non previsto, atteso 'Descrizione'", {"kind": Kind.UNEXPECTED, "name": "Articolo", "expected": ("Descrizione",)}),
    # Spanish
    ("Falta el elemento obligatorio 'Cliente' en 'Cabecera'.", {"kind": Kind.MISSING, "name": "Cliente", "parent": "Cabecera"}),
    ("El campo Fecha tiene un formato incorrecto, se esperaba AAAA-MM-DD.", {"kind": Kind.VALUE, "name": "Fecha", "type": "date"}),
    ("Se esperaba el elemento 'Nombre' pero se encontró 'Articulo'", {"kind": Kind.UNEXPECTED, "name": "Articulo", "expected": ("Nombre",)}),
    ("El atributo 'unidad' no está permitido en el elemento 'Linea'", {"kind": Kind.UNEXPECTED_ATTRIBUTE, "name": "unidad", "parent": "Linea"}),
    # Dutch, Portuguese, Polish
    ("Verplicht veld 'Klant' ontbreekt.", {"kind": Kind.MISSING, "name": "Klant"}),
    ("Ongeldige waarde '1,50' voor veld 'Prijs'.", {"kind": Kind.VALUE, "name": "Prijs", "value": "1,50"}),
    ("O campo 'Cliente' é obrigatório e não foi informado.", {"kind": Kind.MISSING, "name": "Cliente"}),
    ("Element 'Artykul' jest niedozwolony w tym miejscu", {"kind": Kind.UNEXPECTED, "name": "Artykul"}),
    # English
    ("Required field is missing: sharingModel", {"kind": Kind.MISSING, "name": "sharingModel"}),
    ("The Message/Product/StandardProductID element is mandatory.", {"kind": Kind.MISSING, "name": "StandardProductID", "parent": "Product"}),
    ("Kunde cannot be empty", {"kind": Kind.MISSING, "name": "Kunde", "is_bare": True}),
    ("Preis must be numeric", {"kind": Kind.VALUE, "name": "Preis", "type": "decimal"}),
    ("'Deployd' is not a valid value for the enum 'DeploymentStatus'", {"kind": Kind.VALUE, "value": "Deployd", "name": "DeploymentStatus"}),
    ('{"detail":"Missing/Invalid field: /Order/Head/Customer"}', {"kind": Kind.MISSING, "name": "Customer", "parent": "Head"}),
    ("Required attribute missing: availability", {"kind": Kind.MISSING, "name": "availability"}),
    ("The element Due must be in the format YYYY-MM-DD", {"kind": Kind.VALUE, "name": "Due", "type": "date"}),
    ("Expected <Name>, got <Item>", {"kind": Kind.UNEXPECTED, "name": "Item", "expected": ("Name",)}),
    ("Unexpected child with tag 'Item' at position 1. Tag 'Name' expected.", {"kind": Kind.UNEXPECTED, "name": "Item", "expected": ("Name",)}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "said"), SENTENCES)
def test_a_sentence_is_read(sentence: str, said: dict[str, object]) -> None:
    _, first = next(complaints(sentence))
    assert {name: getattr(first, name) for name in said} == said


@pytest.mark.parametrize(
    "quotes",
    ["''", '""', "``", "\u201e\u201c", "\u201c\u201d", "\u00ab\u00bb", "\u00bb\u00ab", "\u2018\u2019", "\u201a\u2018"],
)
def test_quotes_around_a_whole_message_are_none_of_a_name(quotes: str) -> None:
    said = f"SAP says: {quotes[0]}Fehler in Zeile 12: Element BuyerReference fehlt{quotes[1]} \u2013 fix my invoice"
    ((_, found),) = complaints(said)
    assert (found.kind, found.name) == (Kind.MISSING, "BuyerReference")


@pytest.mark.parametrize(
    "words",
    [
        "I get an error when importing this, the supplier says the file is invalid.",
        "What is wrong with this file? It does not open.",
        "Bitte prüfen, die Bank hat die Datei abgelehnt, ich weiß nicht warum",
        "Please add the missing element Kunde",
        "The price must stay 1,50 even if it is wrong.",
        "Die Preis-Angabe ist falsch, richtig wäre 2,50",
        "InvoiceTypeCode 380 was fine before the update.",
        "Validation failed for the document with 3 errors in line 12, column 7",
    ],
)
def test_what_names_nothing_or_wishes_complains_of_nothing(words: str) -> None:
    assert list(complaints(words)) == []


@pytest.mark.parametrize(
    "text", ["Das Element „Kunde“ fehlt im Kopf. " * 1_400, "fehlt 'Xy'\n" * 4_500, "'a' " * 12_500, "a/" * 25_000]
)
def test_a_long_text_is_read_in_the_time_of_its_length(text: str) -> None:
    started = time.process_time()
    claims(text)
    assert time.process_time() - started < 20
