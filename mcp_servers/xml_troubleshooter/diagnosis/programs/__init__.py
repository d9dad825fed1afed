"""Documents that are schemas or programs themselves."""

PROGRAMS = ("xsd", "rng", "schematron", "xslt")  # the vocabularies whose documents are compiled
