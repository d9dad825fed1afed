"""A document as text: bytes, encoding, tokens, tree, spans, edits."""

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
