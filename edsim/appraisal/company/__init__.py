"""The district company: financing, customers, parties, stress, and what the summary says of them."""
