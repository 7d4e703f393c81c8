"""From a printed appendix to a form: drafted, compared with the last one, its Word template made."""
