"""Tables for analysts: forms, the history of periods, one period beside another."""
