"""Page and workbook of a study of many alternatives."""
