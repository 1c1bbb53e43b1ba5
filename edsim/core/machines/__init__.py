"""What machines share: banks, part load, curves of cooling and heat pumps, cost by size, stores, catalogue defaults."""
