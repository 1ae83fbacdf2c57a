"""The papers people hold: announcements, notices, contracts; as text, DOCX and PDF."""
