"""Work owed later, a module for each part. Tasks take ids only and are enqueued in the transaction that owes them."""
