double chicken(double egg) { return egg; }
double egg(double omelette) { return omelette; }
double omelette(double chicken) { return chicken; }
double apart(double n) { return n; }
