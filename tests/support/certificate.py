"""The fields of a certificate."""

CERTIFICATE_KEYS = {
    "upper_bound",
    "lower_bound",
    "gap_frac",
    "hours_checked",
    "unserved_kwh",
    "max_balance_residual_frac",
    "money_residual_frac",
    "status",
    "minimized",
    "caps",
}
"""What other programs read in certificate.json, written out so that a dropped or renamed key is seen."""
