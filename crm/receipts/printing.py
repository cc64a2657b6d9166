"""The last touches to a page before it is written: words that must not part, and what WeasyPrint leaves out."""

import re
from urllib.parse import urlsplit

from crm.receipts import band

POINTS = 0.75  # of a CSS pixel
POSTAL_CODE = re.compile(r"\b([A-Z]\d[A-Z]) (\d[A-Z]\d)\b")

# PDF/A wants one rdf:RDF, and a declared schema for names it does not know, such as the PDF/UA identifier.
PDF_UA = b"""<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />\
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" \
rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>PDF/UA version identifier</pdfaProperty:description>\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def glued(text: str) -> str:
    """A postal code never breaks across two lines."""
    return POSTAL_CODE.sub("\\1\u00a0\\2", text)


def link_or_none(url: str) -> str:
    """The address if it is a plain web address; empty for anything else (``javascript:``, ``file:``, no host)."""
    parts = urlsplit(url)
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def finish(document, pdf) -> None:
    """WeasyPrint ``finisher``: the band, the identifier of PDF/UA, the scope of row headings, the boxes of pictures."""
    page = document.pages[0]
    height = page.height * POINTS
    _band(page, height, pdf)
    for item in pdf.objects:
        kind = _type_of(item)
        if kind == "/Metadata":
            item.stream = [item.stream[0].replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>")]
            item.compress = False  # archive tools look for the identifiers without unpacking
        elif kind == "/StructElem" and item["S"] == "/TH":
            item["A"]["Scope"] = "/Row"
        elif kind == "/StructElem" and item["S"] == "/Figure":  # given in CSS pixels from the top
            left, top, right, bottom = item["A"]["BBox"]
            item["A"]["BBox"][:] = [left * POINTS, height - bottom * POINTS, right * POINTS, height - top * POINTS]


def _band(page, height: float, pdf) -> None:
    """Under everything else on the first page, where the style sheet left room for it."""
    left, top = page.anchors["band"][:2]
    contents = int(pdf.page_references[0].split()[0])
    stream = pdf.objects[int(pdf.objects[contents]["Contents"].split()[0])]
    stream.stream.insert(0, band.placed(left * POINTS, height - top * POINTS - band.HEIGHT))


def _type_of(item) -> str | None:
    values = item if isinstance(item, dict) else getattr(item, "extra", None)
    return values.get("Type") if isinstance(values, dict) else None
