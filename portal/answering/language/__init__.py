"""How people ask, in any city: words of closed sets, examples, and the models learned from them."""
