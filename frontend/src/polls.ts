/** What everybody sees of polls. */
import "../styles/polls.css";
