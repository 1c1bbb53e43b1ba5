"""From solved variants to the study: costs, emissions, company, customers, indicators, audit; the Appraisal."""
