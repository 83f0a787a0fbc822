"""The screens; nothing else imports Streamlit."""
