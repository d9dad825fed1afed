"""The XSLT that rules are run as: made of a rule set, or compiled by somebody else."""
