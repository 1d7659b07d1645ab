DESCRIPTION Informa o horário de funcionamento da padaria
hoje = TODAY()
dia = WEEKDAY(hoje)
switch dia
  case 1
    RETURN "Domingo: 7h às 13h"
  case 7
    RETURN "Sábado: 6h às 18h"
  default
    RETURN "Seg-sex: 6h às 20h"
end switch
