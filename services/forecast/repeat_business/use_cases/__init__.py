"""What may be asked of repeat business."""
