"""The Pyomo model of one year: blocks of kinds, balances, accounts, caps; solved in a live session and read out."""
