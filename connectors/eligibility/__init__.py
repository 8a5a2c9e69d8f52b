"""The eligibility service (eligibility v2): what payers answered to earlier enquiries. Read only."""
