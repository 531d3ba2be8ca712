"""What keeps one visitor, or a thousand, from taking the portal away from the others: addresses, rates, slots, doors."""
