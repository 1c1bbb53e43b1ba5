"""Page and workbook of a portfolio."""
