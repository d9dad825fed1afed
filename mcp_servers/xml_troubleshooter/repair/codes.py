"""Codes of countries and currencies by the names and signs that people write in their place."""

from __future__ import annotations

from collections.abc import Iterator

# ISO 3166: both codes, then names; ISO 4217: the code, then signs that mean no other currency
_COUNTRIES = """
AE ARE|United Arab Emirates|UAE
AR ARG|Argentina|Argentinien|Argentine
AT AUT|Austria|Österreich|Autriche
AU AUS|Australia|Australien|Australie
BE BEL|Belgium|Belgien|Belgique|België|Belgio|Bélgica
BG BGR|Bulgaria|Bulgarien|Bulgarie|България
BR BRA|Brazil|Brasilien|Brésil|Brasil
CA CAN|Canada|Kanada
CH CHE|Switzerland|Schweiz|Suisse|Svizzera|Suiza
CL CHL|Chile|Chili
CN CHN|China|Chine|中国
CO COL|Colombia|Kolumbien|Colombie
CY CYP|Cyprus|Zypern|Chypre
CZ CZE|Czech Republic|Czechia|Tschechien|Česko|Česká republika
DE DEU|Germany|Deutschland|Allemagne|Germania|Alemania|Duitsland|Niemcy
DK DNK|Denmark|Dänemark|Danemark|Danmark
EE EST|Estonia|Estland|Eesti
ES ESP|Spain|Spanien|Espagne|España|Spagna|Spanje
FI FIN|Finland|Finnland|Finlande|Suomi
FR FRA|France|Frankreich|Francia|Frankrijk|Francja
GB GBR|United Kingdom|UK|Great Britain|Großbritannien|Royaume-Uni|Regno Unito|Reino Unido
GR GRC|Greece|Griechenland|Grèce|Ελλάδα|EL
HR HRV|Croatia|Kroatien|Croatie|Hrvatska
HU HUN|Hungary|Ungarn|Hongrie|Magyarország
IE IRL|Ireland|Irland|Irlande|Éire
IL ISR|Israel|Israël
IN IND|India|Indien|Inde
IS ISL|Iceland|Island|Islande|Ísland
IT ITA|Italy|Italien|Italie|Italia|Włochy
JP JPN|Japan|Japon|Giappone|日本
KR KOR|South Korea|Südkorea|Corée du Sud|대한민국
LI LIE|Liechtenstein
LT LTU|Lithuania|Litauen|Lituanie|Lietuva
LU LUX|Luxembourg|Luxemburg|Lussemburgo
LV LVA|Latvia|Lettland|Lettonie|Latvija
MT MLT|Malta|Malte
MX MEX|Mexico|Mexiko|Mexique|México
NL NLD|Netherlands|The Netherlands|Niederlande|Pays-Bas|Nederland|Holland|Paesi Bassi|Países Bajos
NO NOR|Norway|Norwegen|Norvège|Norge
NZ NZL|New Zealand|Neuseeland|Nouvelle-Zélande
PL POL|Poland|Polen|Pologne|Polska|Polonia
PT PRT|Portugal|Portogallo
RO ROU|Romania|Rumänien|Roumanie|România
RS SRB|Serbia|Serbien|Serbie|Srbija|Србија
RU RUS|Russia|Russland|Russie|Россия
SE SWE|Sweden|Schweden|Suède|Sverige
SG SGP|Singapore|Singapur|Singapour
SI SVN|Slovenia|Slowenien|Slovénie|Slovenija
SK SVK|Slovakia|Slowakei|Slovaquie|Slovensko
TR TUR|Turkey|Türkei|Turquie|Türkiye
UA UKR|Ukraine|Україна
US USA|United States|United States of America|U.S.A.|U.S.|Vereinigte Staaten|États-Unis|Stati Uniti|Estados Unidos
ZA ZAF|South Africa|Südafrika|Afrique du Sud
"""
_CURRENCIES = "EUR|€ GBP|£ INR|₹ RUB|₽ KRW|₩ TRY|₺ UAH|₴ ILS|₪ VND|₫ PLN|zł CZK|Kč HUF|Ft THB|฿"


def codes(text: str) -> Iterator[str]:
    """The codes that a name, another code or a sign stands for."""
    sought = text.casefold()
    for row in _COUNTRIES.split("\n"):
        listed, *names = row.split("|")
        if sought in row.casefold() and sought in (*listed.casefold().split(), *(name.casefold() for name in names)):
            yield from listed.split()
    for pair in _CURRENCIES.split():
        code, sign = pair.split("|")
        if sought == sign.casefold():
            yield code
