"""XML signatures: what they cover, and whether their digests hold."""

DSIG = "http://www.w3.org/2000/09/xmldsig#"  # the namespace without which a document has none
