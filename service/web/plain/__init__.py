"""The page without JavaScript: a form that posts, answers and documents as pages."""
