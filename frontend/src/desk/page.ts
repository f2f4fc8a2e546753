/** Every page of the workplace that the server renders: its looks, its menu, and `g` with a letter to go elsewhere. */
import "../../styles/desk-page.css";
import { onPlaceKeys, tendMenus } from "./frame";

tendMenus();
onPlaceKeys();
