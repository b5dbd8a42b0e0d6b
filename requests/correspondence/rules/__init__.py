"""Reading mail: pure functions over bytes and text. No database, no network, no clock of their own."""
