"""What each service costs, alone and where one plant makes several."""
