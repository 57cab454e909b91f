"""The door to lxml: attacks, encodings, limits, XPath, writing, schemas."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import xmltree
from gateway.errors import GatewayError
from gateway.xmltree import PathError, Schema, XPath

ATTACKS = Path(__file__).parent / "vectors" / "attacks"


def refused(data: bytes, **options: object) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        xmltree.parse(data, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["cyclic.xml", "dtd.xml", "dtd_element.xml", "external.xml", "external_file.xml", "xmlbomb.xml", "xmlbomb2.xml"],
)
def test_attack_file_is_refused_for_its_doctype(name: str) -> None:
    assert refused((ATTACKS / name).read_bytes()).code == "document.doctype"


@pytest.mark.parametrize("name", ["simple.xml", "simple-ns.xml", "xalan_exec.xsl", "xalan_write.xsl"])
def test_file_without_doctype_is_only_a_tree(name: str) -> None:
    assert len(xmltree.parse((ATTACKS / name).read_bytes())) > 0


def test_every_attack_file_has_its_test() -> None:
    tested = 7 + 4 + 1  # refused, harmless, schema
    assert len([path for path in ATTACKS.iterdir() if path.suffix != ".md"]) == tested


def test_schema_that_fetches_others_is_refused() -> None:
    with pytest.raises(GatewayError, match="not a file of its folder") as caught:
        Schema(ATTACKS / "schema-include.xsd")
    assert caught.value.code == "adapter.interface_file"


def test_quadratic_growth_is_refused_before_it_grows() -> None:
    bomb = b'<!DOCTYPE b [<!ENTITY a "' + b"B" * 100_000 + b'">]><b>' + b"&a;" * 300 + b"</b>"
    assert refused(bomb).code == "document.doctype"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_doctype_is_found_in_every_encoding(codec: str) -> None:
    text = "<?x y?><!-- <a> --> \n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    encoding = "gb18030" if codec == "gb18030" else None
    assert refused(text.encode(codec), encoding=encoding).code == "document.doctype"


@pytest.mark.parametrize("codec", ["utf-32", "utf-7", "cp037"])
def test_exotic_encoding_is_refused(codec: str) -> None:
    text = f"<?xml version='1.0' encoding='{codec}'?><!DOCTYPE a><a/>"
    assert refused(text.encode(codec)).code in {"document.not_xml", "document.doctype", "document.not_text"}


def test_the_word_doctype_inside_the_document_is_text() -> None:
    root = xmltree.parse(b"<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE b>]]></a>")
    assert xmltree.text_of(root) == "<!DOCTYPE b>"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<a>王䶮</a>".encode(), "王䶮"),
        ("<a>王䶮</a>".encode("utf-8-sig"), "王䶮"),
        ("<a>王䶮</a>".encode("utf-16"), "王䶮"),
        ('<?xml version="1.0" encoding="UTF-16"?><a>王䶮</a>'.encode("utf-16-be"), "王䶮"),
        ('<?xml version="1.0" encoding="GB2312"?><a>王䶮</a>'.encode("gb18030"), "王䶮"),
        ("<?xml version='1.0' encoding='gbk'?><a>喆镕</a>".encode("gb18030"), "喆镕"),
        ("<a>王䶮</a>".encode("gb18030"), "王䶮"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a>Müller</a>'.encode("latin-1"), "Müller"),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert xmltree.text_of(xmltree.parse(data)) == text


def test_the_forced_encoding_outranks_the_declaration() -> None:
    data = '<?xml version="1.0" encoding="UTF-8"?><a>王䶮</a>'.encode("gb18030")
    assert xmltree.text_of(xmltree.parse(data, encoding="gbk")) == "王䶮"
    error = refused(data)
    assert error.code == "document.not_text"
    assert error.values["offset"] == 41


def test_bytes_that_are_neither_utf8_nor_gb18030() -> None:
    error = refused(b"<a>\xff\xff</a>")
    assert (error.code, error.values["offset"]) == ("document.not_text", 3)


def test_a_document_that_was_cut_within_a_character_is_told_so() -> None:
    error = refused("<a>福建</a>".encode()[:4])
    assert error.code == "document.not_text"
    assert "cut in the middle of a character" in error.advice("en")
    assert "在某个字符中间被截断" in error.advice("zh")


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "document.empty", ""),
        (b" \n", "document.empty", ""),
        (b"<a>\n <b></a>", "document.not_xml", "2:9"),
        (b"<a>&nbsp;</a>", "document.not_xml", "1:10"),
        (b"<a>" * 99, "document.not_xml", "1:298"),
        (b"<html><br></html>", "document.not_xml", "1:18"),
        (b"<a>\x00</a>", "document.not_xml", ""),
        (b"<a/><b/>", "document.not_xml", "1:5"),
        (b'<?xml version="1.0" encoding="x-unknown"?><a/>', "document.not_xml", ""),
        (b"<a>" * 300 + b"</a>" * 300, "document.too_deep", ""),
        (b"<a>" * 101 + b"</a>" * 101, "document.too_deep", ""),
        (b"<a>" + b"x" * (2 * 1024 * 1024) + b"</a>", "document.too_large", ""),
        (b"<!--", "document.not_xml", "1:5"),
    ],
)
def test_bad_documents(data: bytes, code: str, where: str) -> None:
    error = refused(data)
    assert error.code == code
    if where:
        assert error.where == where
    assert error.text("zh") != error.text("en")


def test_limits_can_be_set() -> None:
    assert xmltree.parse(b"<a><b/></a>", max_depth=2, max_bytes=11).tag == "a"
    assert refused(b"<a><b/></a>", max_depth=1).code == "document.too_deep"
    assert refused(b"<a><b/></a>", max_bytes=10).code == "document.too_large"


def test_a_wide_document_is_not_deep() -> None:
    assert len(xmltree.parse(b"<a>" + b"<b><c/></b>" * 50_000 + b"</a>")) == 50_000


CODES = {"", *(f"document.{word}" for word in ("empty", "not_text", "not_xml", "doctype"))}


def code_of(data: bytes) -> str:
    try:
        xmltree.parse(data)
    except GatewayError as error:
        return error.code
    return ""


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    assert code_of(data) in CODES


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    for data in (f"<a>{text}</a>", f"<a {text}/>", f"{text}<a/>"):
        assert code_of(data.encode("utf-8", "surrogatepass")) in CODES


# --- XPath ------------------------------------------------------------------------------------------------------------

SAMPLE = xmltree.parse(
    b"<p:r xmlns:p='urn:x'><!-- no --><row no='1'><n>A<!-- x -->B</n></row><row no='2'><n/></row>"
    b"<e xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/></p:r>"
)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("row/n", ["AB", ""]),
        ("/p:r/row[2]/@no", ["2"]),
        ("count(row)", ["2"]),
        ("row[1]/n/text()", ["A", "B"]),
        ("boolean(none)", ["false"]),
        ('string(row[@no = "it\'s $x f(y) z:q"]/n)', [""]),
        ("1 div 2", ["0.5"]),
        ("concat('a', 'b')", ["ab"]),
        ("ancestor-or-self::node()/row[position() = last()]/@no", ["2"]),
        ("namespace::*", []),
        ("none", []),
    ],
)
def test_xpath_results_are_plain(path: str, texts: list[str]) -> None:
    found = XPath(path, {"p": "urn:x"})
    assert found.texts(SAMPLE) == texts
    assert all(type(item) in {str, bool, float} or hasattr(item, "tag") for item in found.items(SAMPLE))


@pytest.mark.parametrize(
    ("path", "column", "reason"),
    [
        ("row[", 5, "can't be read"),
        ("row//", 6, "can't be read"),
        ("户主[", 4, "can't be read"),
        ("", 1, "can't be read"),
        ("row/x:n", 5, "prefix 'x'"),
        ("row[@z:a]", 6, "prefix 'z'"),
        ("row[contain(n, 'a')]", 5, "function 'contain'"),
        ("document('file:///etc/passwd')", 1, "function 'document'"),
        ("row[re:test(n, '(a+)+$')]", 5, "function 're:test'"),
        ("row[$x]", 5, "variables"),
        ("childs::row", 1, "axis 'childs'"),
    ],
)
def test_a_wrong_path_is_found_when_it_is_compiled(path: str, column: int, reason: str) -> None:
    with pytest.raises(PathError) as caught:
        XPath(path, {"p": "urn:x"})
    assert isinstance(caught.value, ValueError)
    assert reason in caught.value.reason
    assert caught.value.column == column


@given(st.text(alphabet="ab:/[]@()*'\"$|.=-1 nodetx", max_size=15))
def test_no_path_raises_anything_else(path: str) -> None:
    try:
        texts = XPath(path).texts(SAMPLE)
    except PathError:
        return
    assert all(isinstance(text, str) for text in texts)


def test_elements_and_places() -> None:
    rows = XPath("row").elements(SAMPLE)
    assert [xmltree.path_of(row) for row in rows] == ["/r/row[1]", "/r/row[2]"]
    assert (xmltree.local_name(SAMPLE), xmltree.namespace(SAMPLE), xmltree.line_of(SAMPLE)) == ("r", "urn:x", 1)
    assert [xmltree.local_name(child) for child in xmltree.children(SAMPLE)] == ["row", "row", "e"]
    assert [xmltree.is_nil(child) for child in xmltree.children(SAMPLE)] == [False, False, True]


# --- writing ----------------------------------------------------------------------------------------------------------


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cs", "Cc"]))
)
def test_escaped_text_comes_back(text: str) -> None:
    text += "\r\n\t]]>&lt;\"'"
    quoted = xmltree.escape_attribute(text)
    written = f"<a b='{quoted}' c=\"{quoted}\">{xmltree.escape_text(text)}</a>"
    root = xmltree.parse(written.encode())
    assert (root.text, root.get("b"), root.get("c")) == (text, text, text)


@pytest.mark.parametrize("bad", ["\x00", "a\x0b", "\ufffe", "\ud800", "\x1f"])
def test_what_xml_cannot_carry_is_refused(bad: str) -> None:
    for call in (xmltree.escape_text, xmltree.escape_attribute, lambda text: xmltree.make("a", text=text)):
        with pytest.raises(GatewayError, match="can't be written in XML"):
            call(bad)


def test_made_elements_are_written() -> None:
    root = xmltree.make("a", space="urn:x")
    xmltree.make("b", space="urn:x", parent=root, text="1 < 2")
    assert xmltree.to_bytes(root) == b'<a xmlns="urn:x"><b>1 &lt; 2</b></a>'
    assert xmltree.to_bytes(root, declaration=True).startswith(b"<?xml version='1.0' encoding='utf-8'?>")


# --- XML Schema -------------------------------------------------------------------------------------------------------

XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{}</xs:schema>'


def test_schema_says_line_and_path(tmp_path: Path) -> None:
    path = tmp_path / "a.xsd"
    path.write_text(XSD.format('<xs:element name="a" type="xs:date"/>'))
    schema = Schema(path)
    assert schema.check(xmltree.parse(b"<a>2026-11-24</a>")) == []
    (violation,) = schema.check(xmltree.parse(b"\n<a>2026-13-24</a>"))
    assert (violation.line, violation.path) == (2, "/a")


def test_schema_may_include_only_files_of_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "b.xsd").write_text(XSD.format('<xs:element name="b"/>'))
    (tmp_path / "c.xsd").write_text(XSD.format('<xs:element name="c"/>'))
    good = inner / "good.xsd"
    good.write_text(XSD.format('<xs:include schemaLocation="b.xsd"/>'))
    assert Schema(good).check(xmltree.parse(b"<b/>")) == []
    for location in ("../c.xsd", "%2e%2e/c.xsd", "missing.xsd", "http://127.0.0.1:9/x.xsd", "file:///etc/passwd"):
        bad = inner / "bad.xsd"
        bad.write_text(XSD.format(f'<xs:include schemaLocation="{location}"/>'))
        with pytest.raises(GatewayError) as caught:
            Schema(bad)
        assert caught.value.code == "adapter.interface_file"


@pytest.mark.parametrize("content", ["<xs:element/>", '<xs:element name="a" type="none"/>'])
def test_broken_schema_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.xsd"
    path.write_text(XSD.format(content))
    with pytest.raises(GatewayError, match=r"adapter\.interface_file"):
        Schema(path)
