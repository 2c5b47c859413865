"""The hand-over of leads from marketing to sales, and what sales made of them."""
