CLEAR TOOLS
ADD TOOL "expense"
ADD TOOL "purchase-order"
ADD TOOL "contract"
TALK "Expenses, purchase orders or contracts?"
