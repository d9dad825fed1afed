"""What vocabularies demand: one row a mistake that people make, and right documents of which nothing is said."""
# ruff: noqa: E501 - a row of the table is one document

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from mcp_servers.xml_troubleshooter.codes import Code
from mcp_servers.xml_troubleshooter.diagnostics import Severity
from mcp_servers.xml_troubleshooter.document.document import Document
from mcp_servers.xml_troubleshooter.facts.fact_check import check
from mcp_servers.xml_troubleshooter.facts.fact_table import FAMILIES
from mcp_servers.xml_troubleshooter.schemas.vocabularies import table

SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>{}</url></urlset>'
PLIST = '<plist version="1.0"><dict>{}</dict></plist>'
RSS = '<rss version="2.0"><channel><title>t</title><link>l</link><description>d</description>{}</channel></rss>'
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><id>i</id><title>t</title><updated>2024-05-06T07:08:09Z</updated>'
    "<author><name>a</name></author>{}</feed>"
)
GPX = '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="c">{}</gpx>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}>{}</svg>'
KML = '<kml xmlns="http://www.opengis.net/kml/2.2">{}</kml>'
ANDROID = "<resources>{}</resources>"
POM = (
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>g</groupId>'
    "<artifactId>a</artifactId><version>1</version>{}</project>"
)
MSBUILD = '<Project Sdk="Microsoft.NET.Sdk">{}</Project>'
CONFIG = "<configuration>{}<appSettings/></configuration>"
RESX = (
    '<root><resheader name="resmimetype"><value>m</value></resheader><resheader name="reader"><value>r</value>'
    '</resheader><resheader name="writer"><value>w</value></resheader>{}</root>'
)
SPRING = (
    '<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:context="http://www.springframework.org/schema/context" '
    'xsi:schemaLocation="http://www.springframework.org/schema/beans http://x/spring-beans.xsd">{}</beans>'
)
SOAP = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{}</s:Envelope>'
XLIFF = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="o" source-language="en" '
    'datatype="plaintext"><body>{}</body></file></xliff>'
)
TS = "<TS><context><message><source>{}</source><translation>{}</translation></message></context></TS>"
ENTRY = "<id>i</id><title>t</title><updated>2024-05-06T07:08:09Z</updated>"
NIL = '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</a>'
E, W = Severity.ERROR, Severity.WARNING

MISTAKES = [
    # sitemaps and feeds
    (SITEMAP.format("<loc>http://a.example/</loc><lastmod>2025-13-01</lastmod>"), Code.INVALID_VALUE, E, "no day of the calendar"),
    ('<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>http://a.example/</loc></url></sitemapindex>', Code.UNEXPECTED_ELEMENT, E, "<url> is no element"),
    (PLIST.format("<key>a</key><array><key>k</key><string>v</string></array>"), Code.UNEXPECTED_ELEMENT, E, "values without keys"),
    (GPX.format('<wpt lat="1" lon="2"><time>2025-01-01 10:00</time></wpt>'), Code.INVALID_VALUE, E, "2024-05-06T09:30:00Z"),
    (ANDROID.format('<strin name="z">x</strin>'), Code.UNEXPECTED_ELEMENT, E, "<string> is meant"),
    (ANDROID.format('<string name="z">Say "hi"</string>'), Code.UNESCAPED_TEXT, W, "not shown"),
    (MSBUILD.format('<ItemGroup><PackageReference include="A" Version="1"/></ItemGroup>'), Code.UNEXPECTED_ATTRIBUTE, E, "is written Include"),
    (SPRING.format('<bean id="a" class="x.A"/><bean id="a" class="x.B"/>'), Code.DUPLICATE_ID, E, "used twice"),
    (XLIFF.format('<trans-unit id="1"><source>Hi {0}</source><target>Hallo {1}</target></trans-unit>'), Code.PLACEHOLDER_MISMATCH, W, "lacks {0}"),
    (NIL.format('<b xsi:schemalocation="u l"/>'), Code.UNEXPECTED_ATTRIBUTE, W, "has no attribute xsi:schemalocation"),
    (NIL.format('<b xsi:nill="true"/>'), Code.UNEXPECTED_ATTRIBUTE, W, "xsi:nill"),
    (SITEMAP.format("<loc>https://a.example/</loc>").replace("http://www", "https://www"), Code.WRONG_NAMESPACE, E, "0.9 alone"),
    (POM.format("").replace("http:", "https:"), Code.WRONG_NAMESPACE, W, "POM/4.0.0 alone"),
    (POM.format("<dependencies>\n\u00a0\u00a0<dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency></dependencies>"), Code.TEXT_NOT_ALLOWED, E, "no-break"),
    (POM.format("<build>x<plugins/></build>"), Code.TEXT_NOT_ALLOWED, E, "the text \u201cx\u201d"),
    (CONFIG.format("<system.webserver/>"), Code.UNEXPECTED_ELEMENT, E, "<system.webServer> is meant"),
    ("<urlset><url><loc>https://a.example/</loc></url></urlset>", Code.WRONG_NAMESPACE, E, "in no namespace"),
    (SITEMAP.format("<lastmod>2024-05-06</lastmod>"), Code.MISSING_ELEMENT, E, "<loc>"),
    (SITEMAP.format("<loc>/a</loc>"), Code.INVALID_VALUE, E, "whole address"),
    (SITEMAP.format("<loc>http://a.example/</loc><lastmod>06.05.2024</lastmod>"), Code.INVALID_VALUE, E, "2024-05-06"),
    (SITEMAP.format("<loc>http://a.example/</loc><changefreq>dayly</changefreq>"), Code.INVALID_VALUE, E, "daily"),
    (SITEMAP.format("<loc>http://a.example/</loc><priority>5</priority>"), Code.INVALID_VALUE, E, "from 0 to 1"),
    (RSS.format("").replace("<link>l</link>", ""), Code.MISSING_ELEMENT, E, "<link>"),
    (RSS.format("").replace(' version="2.0"', ""), Code.MISSING_ATTRIBUTE, E, "version"),
    (RSS.format("<item><link>x</link></item>"), Code.MISSING_ELEMENT, E, "title nor a description"),
    (RSS.format("<item><title>x</title><pubDate>2024-05-06T07:08:09Z</pubDate></item>"), Code.INVALID_VALUE, E, "RFC 822"),
    (RSS.format('<item><title>x</title><enclosure url="u" type="t"/></item>'), Code.MISSING_ATTRIBUTE, E, "length"),
    (RSS.format("").replace("description>", "Description>"), Code.UNEXPECTED_ELEMENT, E, "<description> is meant"),
    (ATOM.format("<entry><id>i</id><title>t</title></entry>"), Code.MISSING_ELEMENT, E, "<updated>"),
    (ATOM.format("").replace("09Z", "09"), Code.INVALID_VALUE, E, "RFC 3339"),
    (ATOM.format(f"<entry>{ENTRY}<link>http://a.example/</link></entry>"), Code.MISSING_ATTRIBUTE, E, "href"),
    (ATOM.format(f"<entry>{ENTRY}</entry>").replace("<author><name>a</name></author>", ""), Code.MISSING_ELEMENT, E, "author"),
    ("<opml version='2.0'><head/></opml>", Code.MISSING_ELEMENT, E, "<body>"),
    # property lists
    (PLIST.format("<key>A</key><key>B</key><true/>"), Code.MISSING_ELEMENT, E, "“A” has no value"),
    (PLIST.format("<key>A</key>"), Code.MISSING_ELEMENT, E, "“A” has no value"),
    (PLIST.format("<string>x</string>"), Code.UNEXPECTED_ELEMENT, E, "no key in front"),
    (PLIST.format("<key>A</key><bool>true</bool>"), Code.UNEXPECTED_ELEMENT, E, "no element of a property list"),
    (PLIST.format("<key>A</key><integer>1.5</integer>"), Code.INVALID_VALUE, E, "whole number"),
    (PLIST.format("<key>A</key><date>2024-05-06</date>"), Code.INVALID_VALUE, E, "universal time"),
    (PLIST.format("<key>A</key><true>yes</true>"), Code.TEXT_NOT_ALLOWED, E, "holds no text"),
    (PLIST.format("<key>A</key><true/><key>A</key><true/>"), Code.DUPLICATE_KEY, W, "stands twice"),
    # places
    ("<gpx version='1.1' creator='c'><wpt lat='1' lon='2'/></gpx>", Code.WRONG_NAMESPACE, E, "in no namespace"),
    (GPX.format("<name>n</name>"), Code.UNEXPECTED_ELEMENT, E, "belongs in <metadata>"),
    (GPX.format('<wpt lat="1" lon="2"><name>n</name><ele>3</ele></wpt>'), Code.UNEXPECTED_ELEMENT, E, "wrong place"),
    (GPX.format('<wpt lat="47,5" lon="8.5"/>'), Code.INVALID_VALUE, E, "decimal point"),
    (GPX.format('<wpt lat="1"/>'), Code.MISSING_ATTRIBUTE, E, "both lat and lon"),
    (GPX.format("").replace(' creator="c"', ""), Code.MISSING_ATTRIBUTE, E, "creator"),
    (KML.format("<Placemark><description>d</description><name>n</name></Placemark>"), Code.UNEXPECTED_ELEMENT, E, "wrong place"),
    (KML.format("<Placemark><Point><coordinates>1, 2</coordinates></Point></Placemark>"), Code.INVALID_VALUE, E, "no blank"),
    (KML.format("<Placemark><Point><coordinates>1,2 3,4</coordinates></Point></Placemark>"), Code.INVALID_VALUE, E, "one place"),
    (GPX.format("<trk><trkpt lat='1' lon='2'/></trk>"), Code.UNEXPECTED_ELEMENT, E, "belongs in <trkseg>"),
    # drawings
    (SVG.format('viewbox="0 0 1 1"', ""), Code.UNEXPECTED_ATTRIBUTE, E, "viewBox is meant"),
    (SVG.format("", '<path strokeWidth="2"/>'), Code.UNEXPECTED_ATTRIBUTE, E, "stroke-width is meant"),
    (SVG.format("", "<lineargradient/>"), Code.UNEXPECTED_ELEMENT, E, "<linearGradient> is meant"),
    (SVG.format('viewBox="0 0 1"', ""), Code.INVALID_VALUE, E, "four numbers"),
    (SVG.format("", '<g id="a"/><g id="a"/>'), Code.DUPLICATE_ID, W, "finds the first alone"),
    # names that lead nowhere
    ('<project default="all"><target name="all" depends="compil"/><target name="compile"/></project>', Code.UNRESOLVED_REFERENCE, E, "does not exist"),
    ('<web-app><servlet-mapping><servlet-name>b</servlet-name><url-pattern>/b</url-pattern></servlet-mapping></web-app>', Code.UNRESOLVED_REFERENCE, W, "declared nowhere"),
    ('<Configuration><Appenders><Console name="C"/></Appenders><Loggers><Root><AppenderRef ref="D"/></Root></Loggers></Configuration>', Code.UNRESOLVED_REFERENCE, E, "No appender"),
    (XLIFF.format('<trans-unit id="1"><target>b</target><source>a</source></trans-unit>'), Code.UNEXPECTED_ELEMENT, E, "wrong place"),
    # namespaces that are not quite those of their vocabularies
    (SOAP.format("<s:Body/>").replace("envelope/", "envelope"), Code.WRONG_NAMESPACE, E, "is written wrong"),
    (ATOM.format("").replace("2005/Atom", "2005/atom"), Code.WRONG_NAMESPACE, E, "is written wrong"),
    (SOAP.format("<s:Body><s:Fault><s:Code/></s:Fault></s:Body>"), Code.UNEXPECTED_ELEMENT, E, "SOAP 1.2 words a fault"),
    (RSS.format("").replace("</rss>", "<item><title>t</title></item></rss>"), Code.UNEXPECTED_ELEMENT, E, "belongs in <channel>"),
    # Android
    (ANDROID.format('<plurals name="a"><item quantity="one">x</item></plurals>'), Code.MISSING_ELEMENT, W, "quantity other"),
    (ANDROID.format('<string name="a">?really</string>'), Code.UNESCAPED_TEXT, W, "reference to another resource"),
    (ANDROID.format('<string name="a">It\'s</string>'), Code.UNESCAPED_TEXT, E, "backslash"),
    (ANDROID.format('<string name="a">It&apos;s</string>'), Code.UNESCAPED_TEXT, E, "backslash"),
    (ANDROID.format('<string-array name="a"><item>It\'s</item></string-array>'), Code.UNESCAPED_TEXT, E, "backslash"),
    (ANDROID.format(r'<string name="a">\u12</string>'), Code.UNESCAPED_TEXT, E, "four hexadecimal"),
    (ANDROID.format('<string name="a">%s of %d</string>'), Code.PLACEHOLDER_MISMATCH, E, "%1$s"),
    (ANDROID.format('<string name="a">x</string><string name="a">y</string>'), Code.DUPLICATE_KEY, E, "stands twice"),
    (ANDROID.format('<string name="a-b">x</string>'), Code.INVALID_VALUE, E, "no name for a resource"),
    (ANDROID.format("<string>x</string>"), Code.MISSING_ATTRIBUTE, E, "no name"),
    (ANDROID.format('<plurals name="a"><item quantity="single">x</item><item quantity="other">y</item></plurals>'), Code.INVALID_VALUE, E, "quantity"),
    (
        '<manifest xmlns:android="http://schemas.android.com/apk/res/android"><application><activity android:name=".A">'
        "<intent-filter/></activity></application></manifest>",
        Code.MISSING_ATTRIBUTE, W, "android:exported",
    ),
    # Maven
    (POM.format("<version>2</version>"), Code.DUPLICATE_ELEMENT, E, "takes it once"),
    (POM.replace("artifactId", "artifactID").format(""), Code.UNEXPECTED_ELEMENT, E, "<artifactId> is meant"),
    (POM.format("<dependency/>"), Code.UNEXPECTED_ELEMENT, E, "belongs in <dependencies>"),
    (POM.format("<build><plugin/></build>"), Code.UNEXPECTED_ELEMENT, E, "belongs in <plugins>"),
    (POM.format("<colour/>"), Code.UNEXPECTED_ELEMENT, E, "no element that Maven knows"),
    (POM.format("<dependencies><dependency><groupId>g</groupId></dependency></dependencies>"), Code.MISSING_ELEMENT, E, "<artifactId>"),
    (
        POM.format(f"<dependencies>{'<dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>' * 2}</dependencies>"),
        Code.DUPLICATE_KEY, W, "declared twice",
    ),
    (POM.format("<dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId></dependency></dependencies>"), Code.MISSING_ELEMENT, E, "lacks <version>"),
    (POM.format("<shortDescription/>"), Code.UNEXPECTED_ELEMENT, W, "of Maven 1"),
    (POM.format("<dependencies><dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version><scope>tests</scope></dependency></dependencies>"), Code.INVALID_VALUE, W, "provided"),
    # places and feeds
    (KML.format("<Document><Placemarks/></Document>"), Code.UNEXPECTED_ELEMENT, E, "<Placemark> is meant"),
    (
        '<rss version="2.0"><channel><title>t</title><link>l</link><description>d</description><item><title>t</title>'
        "<guid>7</guid></item></channel></rss>",
        Code.INVALID_VALUE, W, "is no address",
    ),
    (RSS.replace(' version="2.0"', "").format(""), Code.MISSING_ATTRIBUTE, E, 'write version="2.0"'),
    # .NET
    ('<configuration><appSettings><add name="a" value="b"/></appSettings></configuration>', Code.MISSING_ATTRIBUTE, E, "lacks the attribute key"),
    ('<configuration><appSettings><add Key="a" value="b"/></appSettings></configuration>', Code.UNEXPECTED_ATTRIBUTE, E, "key is meant"),
    (CONFIG.format('<system.web><compilation targetframework="4.8"/></system.web>'), Code.UNEXPECTED_ATTRIBUTE, E, "targetFramework is meant"),
    (MSBUILD.format('<PackageReference Include="A"/>'), Code.UNEXPECTED_ELEMENT, E, "belongs in <ItemGroup>"),
    (MSBUILD.format('<PropertyGroup><PackageReference Include="A"/></PropertyGroup>'), Code.UNEXPECTED_ELEMENT, E, "into an <ItemGroup>"),
    (MSBUILD.format('<ItemGroup><PackageReference Version="1"/></ItemGroup>'), Code.MISSING_ATTRIBUTE, E, "names nothing"),
    (MSBUILD.format("<ItemGroup Condition=\"'$(A)' == '' &amp;&amp; '$(B)' == ''\"/>"), Code.INVALID_VALUE, E, "writes and"),
    (MSBUILD.format("<ItemGroup Condition=\"'$(A)' = ''\"/>"), Code.INVALID_VALUE, E, "writes =="),
    (MSBUILD.format("<ItemGroup Condition=\"'$(A)' == '\"/>"), Code.INVALID_VALUE, E, "not closed"),
    ("<configuration><appSettings/><configSections/></configuration>", Code.UNEXPECTED_ELEMENT, E, "first child"),
    ('<configuration><a xmlns="urn:a"/><startup/><configSections/></configuration>', Code.UNEXPECTED_ELEMENT, E, "first child"),
    (CONFIG.format("<appSettings/>"), Code.DUPLICATE_ELEMENT, E, "takes a section once"),
    (CONFIG.format('<connectionStrings><add name="m"/><add name="m"/></connectionStrings>'), Code.DUPLICATE_KEY, E, "refuses"),
    (RESX.format('<data name="a"/>'), Code.MISSING_ELEMENT, E, "<value>"),
    (RESX.format('<data name="a"><value/></data>' * 2), Code.DUPLICATE_KEY, W, "stands twice"),
    (RESX.format("").replace('"reader"', '"x"'), Code.MISSING_ELEMENT, E, "resheader"),
    ('<package><metadata><id>a</id><version>1</version><authors>me</authors></metadata></package>', Code.MISSING_ELEMENT, E, "<description>"),
    # services, Spring, translators
    (SPRING.format("<context:component-scan/>"), Code.SCHEMA_LOCATION, E, "names no schema"),
    (SOAP.format('<t:Body xmlns:t="http://www.w3.org/2003/05/soap-envelope"/>'), Code.WRONG_NAMESPACE, E, "SOAP 1.2"),
    (SOAP.format("<Body/>"), Code.WRONG_NAMESPACE, E, "in no namespace"),
    (SOAP.format("<s:Header/>"), Code.MISSING_ELEMENT, E, "<s:Body>"),
    (SOAP.format("<s:Body/><s:Header/>"), Code.UNEXPECTED_ELEMENT, E, "wrong place"),
    (XLIFF.format('<trans-unit id="1"><source>a</source></trans-unit>' * 2), Code.DUPLICATE_KEY, E, "twice"),
    (XLIFF.format('<trans-unit id="1"/>'), Code.MISSING_ELEMENT, E, "<source>"),
    (
        XLIFF.format('<trans-unit id="1"><source>a<x id="1"/></source><target>b</target></trans-unit>'),
        Code.PLACEHOLDER_MISMATCH, W, 'lacks <x id="1">',
    ),
    (TS.format("%1 of %2", "%1"), Code.PLACEHOLDER_MISMATCH, W, "lacks %2"),
    ('<tmx version="1.4"><body><tu><tuv><seg>a</seg></tuv></tu></body></tmx>', Code.MISSING_ATTRIBUTE, E, "xml:lang"),
    # pictures, and what holds everywhere
    ('<svg width="1"/>', Code.WRONG_NAMESPACE, E, "in no namespace"),
    ('<svg xmlns="https://www.w3.org/2000/svg/"/>', Code.WRONG_NAMESPACE, E, "written wrong"),
    ('<a xml:space="Preserve"/>', Code.INVALID_VALUE, E, "default or preserve"),
    ('<a><b xml:lang="en_GB"/><b xml:lang="de_CH"/></a>', Code.INVALID_VALUE, W, "2 are written so"),
    (NIL.format('<b xsi:nil="True"/>'), Code.INVALID_VALUE, E, "true or false"),
    (NIL.format('<b xsi:nil="true">x</b>'), Code.TEXT_NOT_ALLOWED, E, "must be empty"),
    (NIL.format('<b xsi:type="xs:int">1</b>'), Code.UNBOUND_PREFIX, E, "not declared"),
]  # fmt: skip

RIGHT = [
    ANDROID.format('<string name="a">"It\'s"</string><string name="b">"%1$s"</string>'),
    SITEMAP.format("<loc>https://a.example/?a=1&amp;b=2</loc><lastmod>2024-05-06T07:08:09+02:00</lastmod><priority>0.5</priority>"),
    RSS.format("<item><description>d</description><pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate></item>"),
    RSS.format('<a:link xmlns:a="http://www.w3.org/2005/Atom" href="x"/><a:link xmlns:a="http://www.w3.org/2005/Atom" href="y"/>'),
    ATOM.format(f'<entry>{ENTRY}<link href="http://a.example/"/></entry>'),
    PLIST.format("<key>A</key><dict><key>B</key><array><string>x</string></array></dict><key>C</key><data>aGk=\n</data>"),
    GPX.format('<metadata><name>n</name></metadata><trk><trkseg><trkpt lat="1" lon="2"><ele>3</ele></trkpt></trkseg></trk>'),
    KML.format("<Document><name>n</name><Style/><Placemark><name>p</name><Point><coordinates>\n 1,2,3\n</coordinates></Point></Placemark></Document>"),
    ANDROID.format(r'''<string name="a">"It's"</string><string name="b">It\'s 100%% of %1$s, %2$s</string><string name="c">%d</string>'''),
    ANDROID.format('<string name="a">x</string><color name="a">#fff</color><string name="b" formatted="false">%s %s</string>'),
    POM.format("<build><plugins><plugin><artifactId>p</artifactId><configuration><a/><a/></configuration></plugin></plugins></build>"),
    POM.format("<properties><version>1</version><anything/></properties>"),
    MSBUILD.format("<PropertyGroup Condition=\"'$(A)' &gt;= '1' and Exists('b')\"/><Target Name='t'><Message/></Target>"),
    CONFIG.format("<configSections/><location path='a'/><location path='b'/>"),
    RESX.format('<data name="a"><value>x</value></data>'),
    SPRING.format("<bean/>"),
    '<project default="all"><import file="b.xml"/><target name="all" depends="other, ${x}"/></project>',
    '<project default="all"><target name="all" depends="c, d"/><target name="c"/><target name="d"/></project>',
    '<web-app><servlet><servlet-name>b</servlet-name></servlet><servlet-mapping><servlet-name>b</servlet-name></servlet-mapping></web-app>',
    SVG.format('viewBox="0,0 1e2 9"', '<linearGradient id="a"/><path stroke-width="2" d="M0 0"/>'),
    SOAP.format('<s:Header/><s:Body><Body xmlns="urn:a"/></s:Body>'),
    XLIFF.format('<trans-unit id="1"><source>a<x id="1"/></source><target><x id="1"/>b</target></trans-unit>'),
    TS.format("%1 of %2", "%2 de %1"),
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    NIL.format('<b xsi:nil="true"/><b xsi:nil="false">x</b><c type="xs:int"/>'),
    "<note><to>nobody knows this vocabulary</to></note>",
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "severity", "said"), MISTAKES)
def test_a_mistake_is_told_at_its_place_with_what_to_do(text: str, code: Code, severity: Severity, said: str) -> None:
    found = [item for item, _ in check(Document(text))]
    assert [(item.code, item.severity) for item in found] == [(code, severity)], found
    assert said in found[0].explanation
    assert text[found[0].start : found[0].end]
    assert found[0].path.startswith("/")


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_said_of_what_is_right(text: str) -> None:
    assert check(Document(text)) == ()


def test_every_fact_has_a_public_source_and_vocabularies_that_are_known() -> None:
    known = {vocabulary.id for vocabulary in table()}
    facts = [fact for family in FAMILIES for fact in family.facts]
    assert all(urlsplit(fact.source).netloc for fact in facts)
    assert len({fact.id for fact in facts}) == len(facts)
    for family in FAMILIES:  # a module is loaded where one of its facts may hold, and nowhere else
        assert {name for fact in family.facts for name in fact.vocabularies} == set(family.vocabularies) <= known
        assert {fact.mark for fact in family.facts if not fact.vocabularies} == set(family.marks)


def test_where_a_schema_has_judged_what_it_states_itself_is_left_to_it() -> None:
    assert check(Document(POM.format("<colour/>")), judged=True) == ()
    assert check(Document(ANDROID.format('<string name="a">It\'s</string>')), judged=True)


@pytest.mark.parametrize("text", ["", "<resources><string>It's", "<gpx", "plain"])
def test_of_what_is_broken_nothing_is_said(text: str) -> None:
    assert check(Document(text)) == ()
