"""What an account may buy next, by what accounts that bought the same have bought as well."""
