"""The editors' views of changed references: what is to be decided, three ways side by side, the impact, the board."""
