/** A part of a wijk page in a frame elsewhere: the looks of the site and the map, nothing that keeps or sends anything. */
import "../styles/site.css";
import "../styles/widget.css";
import "./wijk";

document.documentElement.classList.add("js");
