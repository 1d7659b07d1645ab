' Runs all syncs one after the other. Lives beside the dialog folder on purpose.
SET SCHEDULE "0 30 2 * * *"
RUN "sync-products"
RUN "sync-customers"
RUN "sync-stock"
RUN "sync-invoices"
report = REPORT
SEND MAIL "it@erp.example", "Nightly sync", report
RESET REPORT
