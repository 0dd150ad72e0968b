"""Tests of the pages' modules, by Node: `node --test tests/js/*.test.js`, or with all the others by pytest."""
