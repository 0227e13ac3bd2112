"""Ways to customers: promises, lanes with their departures, capacities, carriers, causes of lateness."""
