SET SCHEDULE "0 0 20 * * *"
SET MAX LINES 1000

PARAM mail AS EMAIL

data = FIND "sales.xlsx", "region=" + "north"

rows = AGGREGATE "SUM", data, "total"
x = MAX a, b
list = SELECT name, SUM(total) AS t FROM data GROUP BY name
img = CHART "bar", list
img = CHART "pie", [10, 20, 30], "Sales " + FORMAT(NOW(), "YYYY")
SEND FILE TO mail, img, "Here is your chart"
