/** The workplace. */
import "../../styles/site.css";
