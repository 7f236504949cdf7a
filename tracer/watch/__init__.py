"""The watch: rules over what staff opened, which find whoever reads records without a reason in their work.

Pure: it is given events in the order of their time and gives back findings. It keeps a bounded memory of each
person, and knows neither the database nor anybody's name. Where the events come from, and what a finding
leads to, is `casework.watch`.
"""
