"""Step 4: from what was found to an answer in the plan's own words; one composer a file for each sort of question."""
