"""Counting rules: pure, in exact numbers. They know no database and no words; who shows an outcome words it.

`tallying`: totals ballot by ballot. `ranking`: an order by Borda, Schulze or run-off. `shares`, `greedy`: a budget by
equal shares or most votes first, on the shapes of `budgets`. `pabulib`: `.pb` files.
"""
