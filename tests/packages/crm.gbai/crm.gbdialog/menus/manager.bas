clear suggestions
add suggestion "pipeline" as "Pipeline"
add suggestion "forecast" as "Forecast"
add suggestion "team" as "Team"
add suggestion "export" as "Export"
