<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr" sourcelanguage="en">
<context>
    <name>SentinelPortals</name>
    <message>
        <source>&amp;Address</source>
        <translation>A&amp;dresse</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Ajouter…</translation>
    </message>
    <message>
        <source>&amp;Check now</source>
        <translation>&amp;Vérifier maintenant</translation>
    </message>
    <message>
        <source>&amp;Configuration</source>
        <translation>&amp;Configuration</translation>
    </message>
    <message>
        <source>&amp;Copy the code</source>
        <translation>&amp;Copier le code</translation>
    </message>
    <message>
        <source>&amp;Download</source>
        <translation>&amp;Télécharger</translation>
    </message>
    <message>
        <source>&amp;Load what was downloaded</source>
        <translation>&amp;Charger ce qui a été téléchargé</translation>
    </message>
    <message>
        <source>&amp;Log In…</source>
        <translation>&amp;Se connecter…</translation>
    </message>
    <message>
        <source>&amp;Most scenes per portal</source>
        <translation>&amp;Scènes au plus par portail</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nom</translation>
    </message>
    <message>
        <source>&amp;OK</source>
        <translation>&amp;OK</translation>
    </message>
    <message>
        <source>&amp;One-time code</source>
        <translation>&amp;Code à usage unique</translation>
    </message>
    <message>
        <source>&amp;Open the page</source>
        <translation>&amp;Ouvrir la page</translation>
    </message>
    <message>
        <source>&amp;Other folders</source>
        <translation>A&amp;utres dossiers</translation>
    </message>
    <message>
        <source>&amp;Read</source>
        <translation>&amp;Lire</translation>
    </message>
    <message>
        <source>&amp;Refresh token</source>
        <translation>&amp;Jeton de renouvellement</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Retirer</translation>
    </message>
    <message>
        <source>&amp;Save as CSV…</source>
        <translation>&amp;Enregistrer en CSV…</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>&amp;Serveur</translation>
    </message>
    <message>
        <source>&amp;Skip</source>
        <translation>&amp;Passer</translation>
    </message>
    <message>
        <source>&amp;Speed, at most</source>
        <translation>Débit &amp;maximal</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>A&amp;rrêter</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Tester</translation>
    </message>
    <message>
        <source>&amp;Test the login</source>
        <translation>&amp;Tester la connexion</translation>
    </message>
    <message>
        <source>&amp;Time</source>
        <translation>&amp;Date</translation>
    </message>
    <message>
        <source>&amp;Up</source>
        <translation>&amp;Monter</translation>
    </message>
    <message>
        <source>&amp;Usual choices</source>
        <translation>Choix &amp;usuels</translation>
    </message>
    <message>
        <source>&amp;WKT or GeoJSON, in degrees (WGS 84), longitude first</source>
        <translation>&amp;WKT ou GeoJSON, en degrés (WGS 84), longitude d’abord</translation>
    </message>
    <message>
        <source>, of {matched}</source>
        <translation>, sur {matched}</translation>
    </message>
    <message>
        <source>0 scenes</source>
        <translation>0 scène</translation>
    </message>
    <message>
        <source>1 closed portal</source>
        <translation>1 portail fermé</translation>
    </message>
    <message>
        <source>1 entry could not be read</source>
        <translation>1 entrée est illisible</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 fichier</translation>
    </message>
    <message>
        <source>1 layer</source>
        <translation>1 couche</translation>
    </message>
    <message>
        <source>1 portal</source>
        <translation>1 portail</translation>
    </message>
    <message>
        <source>1 quicklook</source>
        <translation>1 aperçu</translation>
    </message>
    <message>
        <source>1 scene</source>
        <translation>1 scène</translation>
    </message>
    <message>
        <source>1 scene without footprint</source>
        <translation>1 scène sans emprise</translation>
    </message>
    <message>
        <source>:00</source>
        <translation> h</translation>
    </message>
    <message>
        <source>; </source>
        <translation> ; </translation>
    </message>
    <message>
        <source>; checked here: {filters}</source>
        <translation> ; vérifié ici : {filters}</translation>
    </message>
    <message>
        <source>; {count} of them do not tell</source>
        <translation> ; {count} d’entre eux ne le disent pas</translation>
    </message>
    <message>
        <source>A look at {count} portals</source>
        <translation>Coup d’œil à {count} portails</translation>
    </message>
    <message>
        <source>A renewed login could not be kept: log in again after a restart.</source>
        <translation>Une connexion renouvelée n’a pas pu être conservée : connectez-vous de nouveau après un redémarrage.</translation>
    </message>
    <message>
        <source>A server of the list, or an address</source>
        <translation>Un serveur de la liste, ou une adresse</translation>
    </message>
    <message>
        <source>A&amp;dd to the map</source>
        <translation>A&amp;jouter à la carte</translation>
    </message>
    <message>
        <source>Accept its licence or look at your quota on the portal's page.</source>
        <translation>Acceptez sa licence ou regardez votre quota sur la page du portail.</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Compte</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Comptes</translation>
    </message>
    <message>
        <source>Add Web Map Layer</source>
        <translation>Ajouter une couche cartographique web</translation>
    </message>
    <message>
        <source>Add Web Map Layer…</source>
        <translation>Ajouter une couche cartographique web…</translation>
    </message>
    <message>
        <source>Add a STAC Portal</source>
        <translation>Ajouter un portail STAC</translation>
    </message>
    <message>
        <source>Add a STAC portal</source>
        <translation>Ajouter un portail STAC</translation>
    </message>
    <message>
        <source>Add to the current results</source>
        <translation>Ajouter aux résultats actuels</translation>
    </message>
    <message>
        <source>Add to the project</source>
        <translation>Ajouter au projet</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Ajouter…</translation>
    </message>
    <message>
        <source>Aerosol index</source>
        <translation>Indice d’aérosols</translation>
    </message>
    <message>
        <source>Agriculture</source>
        <translation>Agriculture</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Tous</translation>
    </message>
    <message>
        <source>All bands in one layer</source>
        <translation>Toutes les bandes dans une couche</translation>
    </message>
    <message>
        <source>All bands of 10 m</source>
        <translation>Toutes les bandes à 10 m</translation>
    </message>
    <message>
        <source>All portals of the portals file are here.</source>
        <translation>Tous les portails du fichier de portails sont là.</translation>
    </message>
    <message>
        <source>An area cannot be cut out of an image without GDAL.</source>
        <translation>Sans GDAL, on ne peut pas découper une zone dans une image.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Réponse</translation>
    </message>
    <message>
        <source>Answer time</source>
        <translation>Temps de réponse</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Emprise</translation>
    </message>
    <message>
        <source>Area covered (%)</source>
        <translation>Zone couverte (%)</translation>
    </message>
    <message>
        <source>Area: a layer with polygons</source>
        <translation>Zone : une couche de polygones</translation>
    </message>
    <message>
        <source>Area: box; the polygon is checked here</source>
        <translation>Zone : rectangle ; le polygone est vérifié ici</translation>
    </message>
    <message>
        <source>Area: polygon</source>
        <translation>Zone : polygone</translation>
    </message>
    <message>
        <source>Asking {portals}</source>
        <translation>Interrogation de {portals}</translation>
    </message>
    <message>
        <source>Asks every open portal for one scene of the last month</source>
        <translation>Demande à chaque portail ouvert une scène du dernier mois</translation>
    </message>
    <message>
        <source>Asks several portals at the same time for satellite scenes and writes one footprint per scene, however many portals hold it.

Give an extent or a layer with polygons, and dates as 2024-06-30 or 2024-06-30T10:00:00Z; an end date includes its day. Without portals every open portal that holds the collection is asked; the sample portals only by name: sample,sample_archive.

Filters are STAC properties as JSON. What a portal cannot filter is filtered here.</source>
        <translation>Interroge plusieurs portails à la fois et écrit une emprise par scène, quel que soit le nombre de portails qui la détiennent.

Donnez une emprise ou une couche de polygones, et des dates comme 2024-06-30 ou 2024-06-30T10:00:00Z ; une date de fin comprend son jour. Sans portail, tous les portails ouverts qui détiennent la collection sont interrogés ; les portails d’exemple seulement par leur nom : sample,sample_archive.

Les filtres sont des propriétés STAC en JSON. Ce qu’un portail ne sait pas filtrer est filtré ici.</translation>
    </message>
    <message>
        <source>At most {percent} % clouds, as each portal counts them.</source>
        <translation>Au plus {percent} % de nuages, comme chaque portail les compte.</translation>
    </message>
    <message>
        <source>Availability</source>
        <translation>Disponibilité</translation>
    </message>
    <message>
        <source>BSI, bare soil</source>
        <translation>BSI, sol nu</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>Bande</translation>
    </message>
    <message>
        <source>Bands</source>
        <translation>Bandes</translation>
    </message>
    <message>
        <source>Bands and files</source>
        <translation>Bandes et fichiers</translation>
    </message>
    <message>
        <source>Bands or files</source>
        <translation>Bandes ou fichiers</translation>
    </message>
    <message>
        <source>Bare soil</source>
        <translation>Sol nu</translation>
    </message>
    <message>
        <source>Beach and dune</source>
        <translation>Plage et dune</translation>
    </message>
    <message>
        <source>Before the Download</source>
        <translation>Avant le téléchargement</translation>
    </message>
    <message>
        <source>Between the 2nd and the 98th percentile; else alike, so that dates compare</source>
        <translation>Entre le 2e et le 98e centile ; sinon de la même façon, pour comparer les dates</translation>
    </message>
    <message>
        <source>Blue: first date (item, zip or metadata file)</source>
        <translation>Bleu : première date (élément, zip ou fichier de métadonnées)</translation>
    </message>
    <message>
        <source>Broad-leaved forest</source>
        <translation>Forêt de feuillus</translation>
    </message>
    <message>
        <source>By cloud cover</source>
        <translation>Couverture nuageuse</translation>
    </message>
    <message>
        <source>By cloud in the area</source>
        <translation>Nuages dans la zone</translation>
    </message>
    <message>
        <source>By date</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>By portal</source>
        <translation>Portail</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>Abandonner le téléchargement</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Annulé.</translation>
    </message>
    <message>
        <source>Carbon monoxide</source>
        <translation>Monoxyde de carbone</translation>
    </message>
    <message>
        <source>Change the search.</source>
        <translation>Modifiez la recherche.</translation>
    </message>
    <message>
        <source>Check the connection and QGIS's network settings, then try again.</source>
        <translation>Vérifiez la connexion et les paramètres réseau de QGIS, puis réessayez.</translation>
    </message>
    <message>
        <source>Check the credentials of this portal.</source>
        <translation>Vérifiez les identifiants de ce portail.</translation>
    </message>
    <message>
        <source>Checked here: {names}</source>
        <translation>Vérifié ici : {names}</translation>
    </message>
    <message>
        <source>Chlorophyll in water</source>
        <translation>Chlorophylle dans l’eau</translation>
    </message>
    <message>
        <source>Choose Bands</source>
        <translation>Choisir les bandes</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Choisir un dossier</translation>
    </message>
    <message>
        <source>Choose a layer first.</source>
        <translation>Choisissez d’abord une couche.</translation>
    </message>
    <message>
        <source>Choose a login first, or make one with “+”.</source>
        <translation>Choisissez d’abord une connexion, ou créez-en une avec « + ».</translation>
    </message>
    <message>
        <source>Choose a vector layer first.</source>
        <translation>Choisissez d’abord une couche vecteur.</translation>
    </message>
    <message>
        <source>Choose an area in the search panel first.</source>
        <translation>Choisir d’abord une zone dans le panneau de recherche.</translation>
    </message>
    <message>
        <source>Choose another folder or make room.</source>
        <translation>Choisissez un autre dossier ou faites de la place.</translation>
    </message>
    <message>
        <source>Choose bands…</source>
        <translation>Choisir les bandes…</translation>
    </message>
    <message>
        <source>Choose folders</source>
        <translation>Choisir des dossiers</translation>
    </message>
    <message>
        <source>Choose or make a configuration of the kind “Basic authentication” with the key's name as user name and the secret key as password.</source>
        <translation>Choisissez ou créez une configuration de type « Authentification basique » avec le nom de la clé comme nom d’utilisateur et la clé secrète comme mot de passe.</translation>
    </message>
    <message>
        <source>Choose or make a configuration of the kind “Basic authentication” with the whole key file (JSON) of a service account as password; a person's own account needs what stands under “More”.</source>
        <translation>Choisissez ou créez une configuration de type « Authentification basique » avec le fichier de clé entier (JSON) d’un compte de service comme mot de passe ; le compte d’une personne demande ce qui se trouve sous « Options ».</translation>
    </message>
    <message>
        <source>Choose or make a configuration of the kind “Basic authentication”.</source>
        <translation>Choisissez ou créez une configuration de type « Authentification basique ».</translation>
    </message>
    <message>
        <source>Choose or make a configuration that holds the portal's key as password.</source>
        <translation>Choisissez ou créez une configuration dont le mot de passe est la clé du portail.</translation>
    </message>
    <message>
        <source>Choose the configuration that holds the id.</source>
        <translation>Choisissez la configuration qui contient l’identifiant.</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Dégagé</translation>
    </message>
    <message>
        <source>Client &amp;id</source>
        <translation>&amp;Identifiant du client</translation>
    </message>
    <message>
        <source>Client &amp;secret</source>
        <translation>&amp;Secret du client</translation>
    </message>
    <message>
        <source>Clo&amp;ud</source>
        <translation>N&amp;uages</translation>
    </message>
    <message>
        <source>Closed on {day}.</source>
        <translation>Fermé le {day}.</translation>
    </message>
    <message>
        <source>Cloud</source>
        <translation>Nuage</translation>
    </message>
    <message>
        <source>Cloud cover (%)</source>
        <translation>Couverture nuageuse (%)</translation>
    </message>
    <message>
        <source>Cloud cover at most</source>
        <translation>Couverture nuageuse maximale</translation>
    </message>
    <message>
        <source>Cloud cover checked here</source>
        <translation>Couverture nuageuse vérifiée ici</translation>
    </message>
    <message>
        <source>Cloud in an area</source>
        <translation>Nuages dans une zone</translation>
    </message>
    <message>
        <source>Cloud in my area</source>
        <translation>Nuages dans ma zone</translation>
    </message>
    <message>
        <source>Cloud in the area (%)</source>
        <translation>Nuages dans la zone (%)</translation>
    </message>
    <message>
        <source>Cloud in the area of satellite scenes</source>
        <translation>Nuages dans la zone des scènes satellitaires</translation>
    </message>
    <message>
        <source>Cloud in the area: {scenes} read</source>
        <translation>Nuages dans la zone : {scenes}</translation>
    </message>
    <message>
        <source>Cloud mask</source>
        <translation>Masque de nuages</translation>
    </message>
    <message>
        <source>Cloud shadow</source>
        <translation>Ombre de nuage</translation>
    </message>
    <message>
        <source>Cloud, high probability</source>
        <translation>Nuage, probabilité élevée</translation>
    </message>
    <message>
        <source>Cloud, medium probability</source>
        <translation>Nuage, probabilité moyenne</translation>
    </message>
    <message>
        <source>Cloud, seen by comparing dates</source>
        <translation>Nuage, vu en comparant les dates</translation>
    </message>
    <message>
        <source>Clouds are being read: wait for the end, or stop it.</source>
        <translation>La lecture des nuages est en cours : attendez la fin, ou arrêtez-la.</translation>
    </message>
    <message>
        <source>Clouds mean nothing for this collection</source>
        <translation>La couverture nuageuse n’a pas de sens pour cette collection</translation>
    </message>
    <message>
        <source>Clouds of {done} of {count} scenes</source>
        <translation>Nuages : {done} scènes sur {count}</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Collectio&amp;n</source>
        <translation>Co&amp;llection</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Collection</translation>
    </message>
    <message>
        <source>Collections</source>
        <translation>Collections</translation>
    </message>
    <message>
        <source>Collections: {collections}.</source>
        <translation>Collections : {collections}.</translation>
    </message>
    <message>
        <source>Colour the footprints</source>
        <translation>Colorer les emprises</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Comparaison</translation>
    </message>
    <message>
        <source>Comparison of portals</source>
        <translation>Comparaison des portails</translation>
    </message>
    <message>
        <source>Computes an index of each scene from reflectance, that is after scale and offset, and writes it as a GeoTIFF. Without data, or where a divisor is not positive, there is none; on request nor where the product's own mask (SCL, CLM, QA_PIXEL) sees cloud, shadow or cirrus.

Bands have the names of Sentinel-2; for Landsat and THEIA they stand for the same colour. B08 and B8A replace each other. A formula of your own may use bands, numbers, + - * / **, sqrt, log, exp and abs.</source>
        <translation>Calcule un indice de chaque scène à partir de la réflectance, donc après échelle et décalage, et l’écrit dans un GeoTIFF. Sans donnée, ou là où un diviseur n’est pas positif, il n’y en a pas ; sur demande, pas non plus là où le masque du produit (SCL, CLM, QA_PIXEL) voit un nuage, une ombre ou un cirrus.

Les bandes portent les noms de Sentinel-2 ; pour Landsat et THEIA, elles désignent la même couleur. B08 et B8A se remplacent l’une l’autre. Une formule personnelle peut employer des bandes, des nombres, + - * / **, sqrt, log, exp et abs.</translation>
    </message>
    <message>
        <source>Coniferous forest</source>
        <translation>Forêt de conifères</translation>
    </message>
    <message>
        <source>Contains Copernicus Sentinel data</source>
        <translation>Contient des données Copernicus Sentinel</translation>
    </message>
    <message>
        <source>Correct it; all other portals are here.</source>
        <translation>Corrigez-le ; tous les autres portails sont là.</translation>
    </message>
    <message>
        <source>Credentials</source>
        <translation>Identifiants</translation>
    </message>
    <message>
        <source>Dark or topographic shadow</source>
        <translation>Sombre ou ombre du relief</translation>
    </message>
    <message>
        <source>Dense built-up area</source>
        <translation>Bâti dense</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Détails</translation>
    </message>
    <message>
        <source>Details are in the log.</source>
        <translation>Les détails sont dans le journal.</translation>
    </message>
    <message>
        <source>Diffuse built-up area</source>
        <translation>Bâti diffus</translation>
    </message>
    <message>
        <source>Do&amp;wn</source>
        <translation>&amp;Descendre</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Vers le bas</translation>
    </message>
    <message>
        <source>Down&amp;load selected</source>
        <translation>Télécharger la &amp;sélection</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Téléchargement</translation>
    </message>
    <message>
        <source>Download &amp;folder</source>
        <translation>&amp;Dossier de téléchargement</translation>
    </message>
    <message>
        <source>Download it again.</source>
        <translation>Téléchargez-le à nouveau.</translation>
    </message>
    <message>
        <source>Download o&amp;nly between</source>
        <translation>Ne télécharger qu’&amp;entre</translation>
    </message>
    <message>
        <source>Download of satellite scenes</source>
        <translation>Téléchargement de scènes satellitaires</translation>
    </message>
    <message>
        <source>Download scenes</source>
        <translation>Télécharger des scènes</translation>
    </message>
    <message>
        <source>Download selected scenes</source>
        <translation>Télécharger les scènes sélectionnées</translation>
    </message>
    <message>
        <source>Download stopped: {result}</source>
        <translation>Téléchargement arrêté : {result}</translation>
    </message>
    <message>
        <source>Download what is on the disk &amp;again ({scenes})</source>
        <translation>Télécharger à &amp;nouveau ce qui est sur le disque ({scenes})</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Téléchargements</translation>
    </message>
    <message>
        <source>Downloads of satellite scenes</source>
        <translation>Téléchargements de scènes satellitaires</translation>
    </message>
    <message>
        <source>Downloads of satellite scenes: how far they are</source>
        <translation>Téléchargements de scènes satellitaires : où ils en sont</translation>
    </message>
    <message>
        <source>Downloads run from {hour}:00 on, as set in the options.</source>
        <translation>Les téléchargements se font à partir de {hour} h, comme réglé dans les options.</translation>
    </message>
    <message>
        <source>Downloads the scenes of a footprint layer, or its selected ones, each from the first portal that can give it. Size and checksum are verified where the portal tells them.

Assets are bands or files by any of their names: B04,B08 or red,nir or SCL; without any the whole product is fetched. With a window only that part of each image is fetched, on its own pixels; what comes in an archive is fetched whole.

What lies whole in the folder of all downloads, or in one of those named in QGIS's options, is left out; the report says where it is.

Portals are named in order of preference. Logins are the authentication configurations of QGIS that were chosen for the portals; without a display QGIS reads its master password from the file named by QGIS_AUTH_PASSWORD_FILE.</source>
        <translation>Télécharge les scènes d’une couche d’emprises, ou celles qui sont sélectionnées, chacune depuis le premier portail qui peut la fournir. La taille et la somme de contrôle sont vérifiées lorsque le portail les indique.

Les bandes ou fichiers se nomment au choix : B04,B08 ou red,nir ou SCL ; sans nom, le produit entier est téléchargé. Avec une fenêtre, seule cette partie de chaque image est téléchargée, sur ses propres pixels ; ce qui vient dans une archive est téléchargé en entier.

Ce qui se trouve en entier dans le dossier de tous les téléchargements, ou dans l’un de ceux nommés dans les options de QGIS, est laissé de côté ; le rapport dit où cela se trouve.

Les portails sont donnés par ordre de préférence. Les identifiants sont les configurations d’authentification de QGIS choisies pour les portails ; sans écran, QGIS lit son mot de passe principal dans le fichier nommé par QGIS_AUTH_PASSWORD_FILE.</translation>
    </message>
    <message>
        <source>Draw a polygon: click the corners, close with a right click, a double click or Enter; Backspace takes a corner back, Esc gives up</source>
        <translation>Dessiner un polygone : cliquer les sommets, fermer par un clic droit, un double-clic ou Entrée ; Retour arrière enlève un sommet, Échap abandonne</translation>
    </message>
    <message>
        <source>Draw a rectangle: drag, or click twice</source>
        <translation>Dessiner un rectangle : glisser, ou cliquer deux fois</translation>
    </message>
    <message>
        <source>EPSG:{code} is no UTM zone.</source>
        <translation>EPSG:{code} n’est pas une zone UTM.</translation>
    </message>
    <message>
        <source>EVI, dense vegetation</source>
        <translation>EVI, végétation dense</translation>
    </message>
    <message>
        <source>EVI2, dense vegetation without blue</source>
        <translation>EVI2, végétation dense sans le bleu</translation>
    </message>
    <message>
        <source>Each band by itself</source>
        <translation>Chaque bande séparément</translation>
    </message>
    <message>
        <source>End (UTC)</source>
        <translation>Fin (UTC)</translation>
    </message>
    <message>
        <source>Everything is on the disk already.</source>
        <translation>Tout est déjà sur le disque.</translation>
    </message>
    <message>
        <source>Extent</source>
        <translation>Emprise</translation>
    </message>
    <message>
        <source>Extract bands</source>
        <translation>Extraire des bandes</translation>
    </message>
    <message>
        <source>FAPAR, light used by plants</source>
        <translation>FAPAR, lumière absorbée par les plantes</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>En échec</translation>
    </message>
    <message>
        <source>Fetches only the parts of each image that the area of the search needs.</source>
        <translation>Ne télécharge de chaque image que les parties utiles à la zone de la recherche.</translation>
    </message>
    <message>
        <source>Files or folder of a scene</source>
        <translation>Fichiers ou dossier d’une scène</translation>
    </message>
    <message>
        <source>Files or folders of scenes</source>
        <translation>Fichiers ou dossiers de scènes</translation>
    </message>
    <message>
        <source>Files that are offline can be ordered.</source>
        <translation>Les fichiers hors ligne peuvent être commandés.</translation>
    </message>
    <message>
        <source>Filter the layers</source>
        <translation>Filtrer les couches</translation>
    </message>
    <message>
        <source>Filters by itself: {names}</source>
        <translation>Filtre lui-même : {names}</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>Premier jour</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Dossier</translation>
    </message>
    <message>
        <source>Folder for downloaded scenes</source>
        <translation>Dossier des scènes téléchargées</translation>
    </message>
    <message>
        <source>Folder with scenes that are here already</source>
        <translation>Dossier de scènes déjà présentes</translation>
    </message>
    <message>
        <source>Footprints</source>
        <translation>Emprises</translation>
    </message>
    <message>
        <source>Footprints of satellite scenes, found with Sentinel Portals.</source>
        <translation>Emprises de scènes satellitaires, trouvées avec Sentinel Portals.</translation>
    </message>
    <message>
        <source>Formaldehyde</source>
        <translation>Formaldéhyde</translation>
    </message>
    <message>
        <source>Formula of your own, instead</source>
        <translation>Formule personnelle, à la place</translation>
    </message>
    <message>
        <source>From this hour</source>
        <translation>À partir de cette heure</translation>
    </message>
    <message>
        <source>From {portals}</source>
        <translation>Depuis {portals}</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>Go</translation>
    </message>
    <message>
        <source>GDAL says: {why}</source>
        <translation>GDAL indique : {why}</translation>
    </message>
    <message>
        <source>GNDVI, vegetation by green</source>
        <translation>GNDVI, végétation par le vert</translation>
    </message>
    <message>
        <source>Get an account</source>
        <translation>Ouvrir un compte</translation>
    </message>
    <message>
        <source>Glacier and eternal snow</source>
        <translation>Glacier et neige éternelle</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Reprendre</translation>
    </message>
    <message>
        <source>Go on with all</source>
        <translation>Tout reprendre</translation>
    </message>
    <message>
        <source>Good: {area}</source>
        <translation>Correct : {area}</translation>
    </message>
    <message>
        <source>Green: second date</source>
        <translation>Vert : deuxième date</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Hidden or shaded by terrain</source>
        <translation>Caché ou ombré par le relief</translation>
    </message>
    <message>
        <source>Holds: {collections}</source>
        <translation>Détient : {collections}</translation>
    </message>
    <message>
        <source>How and when</source>
        <translation>Comment et quand</translation>
    </message>
    <message>
        <source>How the portals are, and who holds what</source>
        <translation>État des portails, et qui détient quoi</translation>
    </message>
    <message>
        <source>How to install</source>
        <translation>Comment installer</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Image</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Images</translation>
    </message>
    <message>
        <source>In the archive of {portal}: {scenes}. It is asked for them, which may take hours; then they come by themselves.</source>
        <translation>Dans l’archive de {portal} : {scenes}. La commande peut prendre des heures ; le téléchargement suit de lui-même.</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>Indice</translation>
    </message>
    <message>
        <source>Industrial and commercial area</source>
        <translation>Zone industrielle et commerciale</translation>
    </message>
    <message>
        <source>It has to be ordered from the archive.</source>
        <translation>Il doit être commandé à l’archive.</translation>
    </message>
    <message>
        <source>It is good for {time}.</source>
        <translation>Il est valable {time}.</translation>
    </message>
    <message>
        <source>It is tried again at {time}.</source>
        <translation>Nouvel essai à {time}.</translation>
    </message>
    <message>
        <source>Its name there</source>
        <translation>Son nom là-bas</translation>
    </message>
    <message>
        <source>Its position is approximate.</source>
        <translation>Sa position est approximative.</translation>
    </message>
    <message>
        <source>Joins the scenes of each date and satellite, tiles or pieces of one pass, into one virtual image. Nothing is copied: the files stay where they are and are read while the map is drawn. Tiles of another UTM zone are laid into the zone that most are in; where offsets differ, the image holds reflectance instead of stored numbers.

Styles: {styles}.</source>
        <translation>Réunit les scènes de chaque date et de chaque satellite, tuiles ou morceaux d’un même passage, en une image virtuelle. Rien n’est copié : les fichiers restent où ils sont et sont lus quand la carte se dessine. Les tuiles d’une autre zone UTM sont ramenées à la zone la plus fréquente ; si les décalages diffèrent, l’image contient des réflectances au lieu des nombres enregistrés.

Styles : {styles}.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clé</translation>
    </message>
    <message>
        <source>Key file</source>
        <translation>Fichier de clé</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Type</translation>
    </message>
    <message>
        <source>Land</source>
        <translation>Terre</translation>
    </message>
    <message>
        <source>Land cover</source>
        <translation>Occupation du sol</translation>
    </message>
    <message>
        <source>Land cover of France OSO</source>
        <translation>Occupation du sol OSO (France)</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>Dernier jour</translation>
    </message>
    <message>
        <source>Last search</source>
        <translation>Dernière recherche</translation>
    </message>
    <message>
        <source>Last success</source>
        <translation>Dernier succès</translation>
    </message>
    <message>
        <source>Last test</source>
        <translation>Dernier test</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Couche</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Couches</translation>
    </message>
    <message>
        <source>Layers of this project cannot be read without a login for {portals}.</source>
        <translation>Des couches de ce projet ne peuvent être lues sans identifiants pour {portals}.</translation>
    </message>
    <message>
        <source>Layers of {server}</source>
        <translation>Couches de {server}</translation>
    </message>
    <message>
        <source>Leave out clouds and shadows</source>
        <translation>Écarter les nuages et les ombres</translation>
    </message>
    <message>
        <source>Leave out what is on the disk already</source>
        <translation>Laisser de côté ce qui est déjà sur le disque</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Limit reached: {found} of {matched}</source>
        <translation>Limite atteinte : {found} sur {matched}</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Charger</translation>
    </message>
    <message>
        <source>Load as one mosaic per date</source>
        <translation>Charger en une mosaïque par date</translation>
    </message>
    <message>
        <source>Load quicklooks</source>
        <translation>Charger les aperçus</translation>
    </message>
    <message>
        <source>Load scene</source>
        <translation>Charger une scène</translation>
    </message>
    <message>
        <source>Load what was downloaded</source>
        <translation>Charger ce qui a été téléchargé</translation>
    </message>
    <message>
        <source>Loading of satellite scenes</source>
        <translation>Chargement d’images satellite</translation>
    </message>
    <message>
        <source>Loading onto the map</source>
        <translation>Chargement sur la carte</translation>
    </message>
    <message>
        <source>Log in with the &amp;browser…</source>
        <translation>Se connecter avec le &amp;navigateur…</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Connexion en cours…</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Connexion</translation>
    </message>
    <message>
        <source>Login ({kind}) for {what}.</source>
        <translation>Connexion ({kind}) pour : {what}.</translation>
    </message>
    <message>
        <source>Login at {portal}</source>
        <translation>Connexion à {portal}</translation>
    </message>
    <message>
        <source>Login for layers that are read from portals</source>
        <translation>Identification pour les couches lues sur les portails</translation>
    </message>
    <message>
        <source>Login for {portal}</source>
        <translation>Identifiants pour {portal}</translation>
    </message>
    <message>
        <source>Login…</source>
        <translation>Identifiants…</translation>
    </message>
    <message>
        <source>Logs in for real: asks the portal for a token.</source>
        <translation>Se connecte vraiment : demande un jeton au portail.</translation>
    </message>
    <message>
        <source>Logs in for real: makes a small search.</source>
        <translation>Se connecte vraiment : fait une petite recherche.</translation>
    </message>
    <message>
        <source>Logs in for real: reads a page of the portal that only users see.</source>
        <translation>Se connecte vraiment : lit une page du portail que seuls les utilisateurs voient.</translation>
    </message>
    <message>
        <source>Look A&amp;gain</source>
        <translation>Chercher à &amp;nouveau</translation>
    </message>
    <message>
        <source>Look at {address}</source>
        <translation>Lecture de {address}</translation>
    </message>
    <message>
        <source>Look for them</source>
        <translation>Les chercher</translation>
    </message>
    <message>
        <source>Look into every folder anew, also where nothing seems changed</source>
        <translation>Relire tous les dossiers, même ceux où rien ne semble avoir changé</translation>
    </message>
    <message>
        <source>Look no further for what is on the disk already</source>
        <translation>Ne plus chercher ce qui est déjà sur le disque</translation>
    </message>
    <message>
        <source>Looking for scenes on the disk</source>
        <translation>Recherche de scènes sur le disque</translation>
    </message>
    <message>
        <source>Looking for what is on the disk already…</source>
        <translation>Recherche de ce qui est déjà sur le disque…</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Recherche…</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>Mo</translation>
    </message>
    <message>
        <source>MB/s</source>
        <translation>Mo/s</translation>
    </message>
    <message>
        <source>MNDWI, water among buildings</source>
        <translation>MNDWI, eau en zone bâtie</translation>
    </message>
    <message>
        <source>MSAVI, young vegetation</source>
        <translation>MSAVI, jeune végétation</translation>
    </message>
    <message>
        <source>Maize</source>
        <translation>Maïs</translation>
    </message>
    <message>
        <source>Makes one image of a product: of a folder, a zip or tar without unpacking it, the scene's item (.json), or some of its files. Sentinel-1 and -2, Landsat, THEIA and what else GDAL reads. Values in the layer are reflectance, of radar decibels.

A .vrt refers to the files, a .tif holds a copy. Bands of different resolutions are joined at the finest.

Styles: {styles}.</source>
        <translation>Fait une image d’un produit : d’un dossier, d’un zip ou d’un tar sans le décompresser, de l’élément de la scène (.json), ou de quelques-uns de ses fichiers. Sentinel-1 et -2, Landsat, THEIA et tout ce que lit GDAL. Les valeurs de la couche sont des réflectances, pour le radar des décibels.

Un .vrt renvoie aux fichiers, un .tif en contient une copie. Les bandes de résolutions différentes sont réunies à la plus fine.

Styles : {styles}.</translation>
    </message>
    <message>
        <source>Meadow</source>
        <translation>Prairie</translation>
    </message>
    <message>
        <source>Methane</source>
        <translation>Méthane</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Manquantes</translation>
    </message>
    <message>
        <source>Missing scenes</source>
        <translation>Scènes manquantes</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Options</translation>
    </message>
    <message>
        <source>More filters, as JSON</source>
        <translation>Autres filtres, en JSON</translation>
    </message>
    <message>
        <source>More folders with scenes</source>
        <translation>Autres dossiers de scènes</translation>
    </message>
    <message>
        <source>Mosaic by date</source>
        <translation>Mosaïque par date</translation>
    </message>
    <message>
        <source>Mosaics of satellite scenes</source>
        <translation>Mosaïques d’images satellite</translation>
    </message>
    <message>
        <source>Most cloud (%)</source>
        <translation>Nuages au plus (%)</translation>
    </message>
    <message>
        <source>Most cloud in the area, in per cent:</source>
        <translation>Nuages dans la zone, au plus, en pour cent :</translation>
    </message>
    <message>
        <source>Most per portal</source>
        <translation>Maximum par portail</translation>
    </message>
    <message>
        <source>Most products per portal</source>
        <translation>Produits au plus par portail</translation>
    </message>
    <message>
        <source>Moves the tick from {closed} to {portal}; the question stays.</source>
        <translation>Déplace la coche de {closed} vers {portal} ; la question reste la même.</translation>
    </message>
    <message>
        <source>My own choice</source>
        <translation>Mon propre choix</translation>
    </message>
    <message>
        <source>NBR, burnt areas</source>
        <translation>NBR, zones brûlées</translation>
    </message>
    <message>
        <source>NDMI, moisture of plants</source>
        <translation>NDMI, humidité des plantes</translation>
    </message>
    <message>
        <source>NDRE, vegetation by red edge</source>
        <translation>NDRE, végétation par le red-edge</translation>
    </message>
    <message>
        <source>NDSI, snow</source>
        <translation>NDSI, neige</translation>
    </message>
    <message>
        <source>NDVI, vegetation</source>
        <translation>NDVI, végétation</translation>
    </message>
    <message>
        <source>NDWI, water</source>
        <translation>NDWI, eau</translation>
    </message>
    <message>
        <source>Name there</source>
        <translation>Nom là-bas</translation>
    </message>
    <message>
        <source>Natural colour of Sentinel-3 SLSTR</source>
        <translation>Fausses couleurs naturelles de Sentinel-3 SLSTR</translation>
    </message>
    <message>
        <source>Natural grassland</source>
        <translation>Pelouse naturelle</translation>
    </message>
    <message>
        <source>Near infrared</source>
        <translation>Proche infrarouge</translation>
    </message>
    <message>
        <source>Needed for</source>
        <translation>Sert à</translation>
    </message>
    <message>
        <source>Network settings</source>
        <translation>Paramètres réseau</translation>
    </message>
    <message>
        <source>Newest</source>
        <translation>La plus récente</translation>
    </message>
    <message>
        <source>Nitrogen dioxide</source>
        <translation>Dioxyde d’azote</translation>
    </message>
    <message>
        <source>No area</source>
        <translation>Aucune emprise</translation>
    </message>
    <message>
        <source>No area yet: draw one, or take the map's extent.</source>
        <translation>Pas encore d’emprise : dessinez-en une ou prenez celle de la carte.</translation>
    </message>
    <message>
        <source>No area: give an extent or a layer.</source>
        <translation>Aucune zone : donnez une emprise ou une couche.</translation>
    </message>
    <message>
        <source>No area: paste WKT or GeoJSON first.</source>
        <translation>Pas de zone : collez d’abord du WKT ou du GeoJSON.</translation>
    </message>
    <message>
        <source>No cloud in the area is known yet: read it first.</source>
        <translation>Les nuages dans la zone ne sont pas encore connus : lisez d’abord les masques.</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>Pas de données</translation>
    </message>
    <message>
        <source>No feature is selected in the layer {layer}.</source>
        <translation>Aucune entité n’est sélectionnée dans la couche {layer}.</translation>
    </message>
    <message>
        <source>No login.</source>
        <translation>Sans connexion.</translation>
    </message>
    <message>
        <source>No open downloads</source>
        <translation>Aucun téléchargement en cours</translation>
    </message>
    <message>
        <source>No open portal holds {collection}.</source>
        <translation>Aucun portail ouvert ne propose {collection}.</translation>
    </message>
    <message>
        <source>No password is wanted again for {time}.</source>
        <translation>Aucun mot de passe ne sera redemandé pendant {time}.</translation>
    </message>
    <message>
        <source>No portal has single images of these scenes that can be fetched in parts.</source>
        <translation>Aucun portail n’a d’images isolées de ces scènes qui se téléchargent par parties.</translation>
    </message>
    <message>
        <source>No portal is ticked: tick at least one.</source>
        <translation>Aucun portail n’est coché : cochez-en au moins un.</translation>
    </message>
    <message>
        <source>No quicklook could be had.</source>
        <translation>Aucun aperçu n’a pu être obtenu.</translation>
    </message>
    <message>
        <source>No scene found for this area, these dates and this cloud cover</source>
        <translation>Aucune scène pour cette emprise, ces dates et cette couverture nuageuse</translation>
    </message>
    <message>
        <source>No scene is selected. Download all of them: {scenes} ({size})?</source>
        <translation>Aucune scène n’est sélectionnée. Les télécharger toutes : {scenes} ({size}) ?</translation>
    </message>
    <message>
        <source>No snow</source>
        <translation>Sans neige</translation>
    </message>
    <message>
        <source>Nobody has told us of it since {day}.</source>
        <translation>Sans nouvelles depuis le {day}.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Aucun</translation>
    </message>
    <message>
        <source>None of the ticked portals holds {collection}: tick another one.</source>
        <translation>Aucun des portails cochés ne propose {collection} : cochez-en un autre.</translation>
    </message>
    <message>
        <source>Not enough room: {free} are free in {folder}, {wanted} are wanted.</source>
        <translation>Pas assez de place : {free} libres dans {folder}, il en faut {wanted}.</translation>
    </message>
    <message>
        <source>Not found: {layers}. Choose the folder where the scenes are now.</source>
        <translation>Introuvable : {layers}. Choisissez le dossier où se trouvent les scènes à présent.</translation>
    </message>
    <message>
        <source>Not on the disk yet: {titles}.</source>
        <translation>Pas encore sur le disque : {titles}.</translation>
    </message>
    <message>
        <source>Not readable: {folders}</source>
        <translation>Illisible : {folders}</translation>
    </message>
    <message>
        <source>O&amp;rigin</source>
        <translation>O&amp;rigine</translation>
    </message>
    <message>
        <source>OAuth client</source>
        <translation>Client OAuth</translation>
    </message>
    <message>
        <source>Offers</source>
        <translation>Offres</translation>
    </message>
    <message>
        <source>Offers (JSON)</source>
        <translation>Offres (JSON)</translation>
    </message>
    <message>
        <source>Offline, and no portal takes orders for them: {scenes}. They may fail.</source>
        <translation>Hors ligne, et aucun portail ne prend de commande : {scenes}. Le téléchargement peut échouer.</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>Sur le disque</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>Sur le disque</translation>
    </message>
    <message>
        <source>On the disk already and left out: {scenes}</source>
        <translation>Déjà sur le disque et laissé de côté : {scenes}</translation>
    </message>
    <message>
        <source>On the disk in an older processing, the newer one is fetched: {scenes}</source>
        <translation>Sur le disque dans un traitement plus ancien, le plus récent sera téléchargé : {scenes}</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En ligne</translation>
    </message>
    <message>
        <source>Only here</source>
        <translation>Seulement ici</translation>
    </message>
    <message>
        <source>Only over the &amp;area</source>
        <translation>Seulement sur l’&amp;emprise</translation>
    </message>
    <message>
        <source>Only the &amp;area of interest</source>
        <translation>Seulement la &amp;zone d’intérêt</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Ouvrir</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ouvrir le dossier</translation>
    </message>
    <message>
        <source>Open since {day}.</source>
        <translation>Ouvert depuis le {day}.</translation>
    </message>
    <message>
        <source>Open the portal's page</source>
        <translation>Ouvrir la page du portail</translation>
    </message>
    <message>
        <source>OpenID</source>
        <translation>OpenID</translation>
    </message>
    <message>
        <source>Opening at the portal</source>
        <translation>Ouverture sur le portail</translation>
    </message>
    <message>
        <source>Opening satellite scenes at their portals</source>
        <translation>Ouverture des scènes satellitaires sur leurs portails</translation>
    </message>
    <message>
        <source>Orbit direction</source>
        <translation>Sens de l’orbite</translation>
    </message>
    <message>
        <source>Orchard and fruit growing</source>
        <translation>Vergers et fruits</translation>
    </message>
    <message>
        <source>Other &amp;Folder…</source>
        <translation>Autre &amp;dossier…</translation>
    </message>
    <message>
        <source>Our collection</source>
        <translation>Notre collection</translation>
    </message>
    <message>
        <source>Over all portals; each portal has a limit of its own, too.</source>
        <translation>Tous portails confondus ; chaque portail a aussi sa propre limite.</translation>
    </message>
    <message>
        <source>Ozone</source>
        <translation>Ozone</translation>
    </message>
    <message>
        <source>Paste WKT or GeoJSON</source>
        <translation>Coller du WKT ou du GeoJSON</translation>
    </message>
    <message>
        <source>Paste an Area</source>
        <translation>Coller une emprise</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Suspendre</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Tout suspendre</translation>
    </message>
    <message>
        <source>Per&amp;iod</source>
        <translation>Pér&amp;iode</translation>
    </message>
    <message>
        <source>Planetary Computer gave no signature for the link.</source>
        <translation>Planetary Computer n’a pas signé le lien.</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>Satellite</translation>
    </message>
    <message>
        <source>Portal</source>
        <translation>Portail</translation>
    </message>
    <message>
        <source>Portals</source>
        <translation>Portails</translation>
    </message>
    <message>
        <source>Portals in order of preference</source>
        <translation>Portails par ordre de préférence</translation>
    </message>
    <message>
        <source>Portals…</source>
        <translation>Portails…</translation>
    </message>
    <message>
        <source>Preferred portals</source>
        <translation>Portails préférés</translation>
    </message>
    <message>
        <source>Preparing the download</source>
        <translation>Préparation du téléchargement</translation>
    </message>
    <message>
        <source>Preparing the download…</source>
        <translation>Préparation du téléchargement…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Avancement</translation>
    </message>
    <message>
        <source>Protein crops</source>
        <translation>Protéagineux</translation>
    </message>
    <message>
        <source>QGIS cannot open {file}.</source>
        <translation>QGIS ne peut pas ouvrir {file}.</translation>
    </message>
    <message>
        <source>QGIS cannot show {layer}: {why}</source>
        <translation>QGIS ne peut pas afficher {layer} : {why}</translation>
    </message>
    <message>
        <source>QGIS is set to a SOCKS proxy, for which the Python library PySocks is needed: python3 -m pip install PySocks (Debian: apt install python3-socks).</source>
        <translation>QGIS est réglé sur un serveur mandataire SOCKS, pour lequel il faut la bibliothèque Python PySocks : python3 -m pip install PySocks (Debian : apt install python3-socks).</translation>
    </message>
    <message>
        <source>QGIS's authentication database stays locked: nothing is kept.</source>
        <translation>La base d’authentification de QGIS reste verrouillée : rien n’est conservé.</translation>
    </message>
    <message>
        <source>QGIS's authentication database stays locked: nothing was tried.</source>
        <translation>La base d’authentification de QGIS reste verrouillée : rien n’a été essayé.</translation>
    </message>
    <message>
        <source>Quality of each pixel</source>
        <translation>Qualité de chaque pixel</translation>
    </message>
    <message>
        <source>Quicklook</source>
        <translation>Aperçu</translation>
    </message>
    <message>
        <source>Quicklooks</source>
        <translation>Aperçus</translation>
    </message>
    <message>
        <source>Quicklooks of satellite scenes</source>
        <translation>Aperçus de scènes satellitaires</translation>
    </message>
    <message>
        <source>RVI, vegetation by radar</source>
        <translation>RVI, végétation au radar</translation>
    </message>
    <message>
        <source>Radar: VH in decibels</source>
        <translation>Radar : VH en décibels</translation>
    </message>
    <message>
        <source>Radar: VV in decibels</source>
        <translation>Radar : VV en décibels</translation>
    </message>
    <message>
        <source>Radar: VV, VH and their ratio</source>
        <translation>Radar : VV, VH et leur rapport</translation>
    </message>
    <message>
        <source>Rapeseed</source>
        <translation>Colza</translation>
    </message>
    <message>
        <source>Read a server to see its layers.</source>
        <translation>Lisez un serveur pour voir ses couches.</translation>
    </message>
    <message>
        <source>Read again</source>
        <translation>Relire</translation>
    </message>
    <message>
        <source>Read the cloud masks</source>
        <translation>Lire les masques de nuages</translation>
    </message>
    <message>
        <source>Reading from an object store needs GDAL 3.5 or newer.</source>
        <translation>La lecture d’un stockage objet demande GDAL 3.5 ou plus récent.</translation>
    </message>
    <message>
        <source>Reading {address} …</source>
        <translation>Lecture de {address} …</translation>
    </message>
    <message>
        <source>Reads how much of an area clouds and their shadows hide in each scene of a footprint layer. Only the pieces of the cloud mask that cover the area are fetched, as coarse as suffices; nothing is downloaded.

aoi_cloud is the share of cloud in per cent of what was seen of the area, aoi_valid the share of the area that was seen. Counted as cloud: in Sentinel-2's scene classification cloud shadow, cloud of medium and high probability and thin cirrus (3, 8, 9, 10); every bit of MAJA's cloud mask; in Landsat's QA_PIXEL the rim of a cloud, cirrus, cloud and cloud shadow (bits 1 to 4).

Scenes whose portals give the mask only inside of an archive stay without a number.</source>
        <translation>Lit quelle part d’une zone les nuages et leurs ombres cachent dans chaque scène d’une couche d’emprises. Seuls les morceaux du masque de nuages qui couvrent la zone sont lus, aussi grossiers qu’il suffit ; rien n’est téléchargé.

aoi_cloud est la part de nuages, en pour cent de ce qui a été vu de la zone, aoi_valid la part de la zone qui a été vue. Comptent comme nuages : dans la classification de scène de Sentinel-2 l’ombre de nuage, les nuages de probabilité moyenne et forte et les cirrus fins (3, 8, 9, 10) ; chaque bit du masque de nuages de MAJA ; dans QA_PIXEL de Landsat le bord d’un nuage, les cirrus, les nuages et leur ombre (bits 1 à 4).

Les scènes dont les portails ne donnent le masque que dans une archive restent sans valeur.</translation>
    </message>
    <message>
        <source>Ready-made picture</source>
        <translation>Image prête à l’emploi</translation>
    </message>
    <message>
        <source>Red: third date</source>
        <translation>Rouge : troisième date</translation>
    </message>
    <message>
        <source>Relative orbit</source>
        <translation>Orbite relative</translation>
    </message>
    <message>
        <source>Remove what is finished</source>
        <translation>Retirer ce qui est terminé</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Rapport</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Résolution</translation>
    </message>
    <message>
        <source>Restart QGIS afterwards.</source>
        <translation>Redémarrez QGIS ensuite.</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Rice</source>
        <translation>Riz</translation>
    </message>
    <message>
        <source>Rim of a cloud</source>
        <translation>Bord de nuage</translation>
    </message>
    <message>
        <source>Road</source>
        <translation>Route</translation>
    </message>
    <message>
        <source>Rock and bare ground</source>
        <translation>Surface minérale</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>A&amp;rrêter</translation>
    </message>
    <message>
        <source>S3 keys</source>
        <translation>Clés S3</translation>
    </message>
    <message>
        <source>SAVI, vegetation on bare soil</source>
        <translation>SAVI, végétation sur sol nu</translation>
    </message>
    <message>
        <source>Saturated or defective</source>
        <translation>Saturé ou défectueux</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>Enregistrer la comparaison</translation>
    </message>
    <message>
        <source>Saved as {table} and {scenes}.</source>
        <translation>Enregistré dans {table} et {scenes}.</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>Scène</translation>
    </message>
    <message>
        <source>Scene classification</source>
        <translation>Classification de la scène</translation>
    </message>
    <message>
        <source>Scene id</source>
        <translation>Identifiant de scène</translation>
    </message>
    <message>
        <source>Scene or portal</source>
        <translation>Scène ou portail</translation>
    </message>
    <message>
        <source>Scene {number} of {count}</source>
        <translation>Scène {number} sur {count}</translation>
    </message>
    <message>
        <source>Scenes</source>
        <translation>Scènes</translation>
    </message>
    <message>
        <source>Scenes are being opened: wait for the end, or stop it.</source>
        <translation>Des scènes sont en cours d’ouverture : attendez la fin, ou arrêtez-la.</translation>
    </message>
    <message>
        <source>Scenes at on&amp;ce</source>
        <translation>Scènes à la &amp;fois</translation>
    </message>
    <message>
        <source>Scenes read</source>
        <translation>Scènes lues</translation>
    </message>
    <message>
        <source>Scenes that failed</source>
        <translation>Scènes en échec</translation>
    </message>
    <message>
        <source>Scenes without a mask to read</source>
        <translation>Scènes sans masque lisible</translation>
    </message>
    <message>
        <source>Se&amp;arch</source>
        <translation>Rec&amp;hercher</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Recherche</translation>
    </message>
    <message>
        <source>Search cancelled: {result}</source>
        <translation>Recherche annulée : {result}</translation>
    </message>
    <message>
        <source>Search first: the table compares what the portals answered.</source>
        <translation>Cherchez d’abord : le tableau compare ce que les portails ont répondu.</translation>
    </message>
    <message>
        <source>Search for satellite scenes</source>
        <translation>Recherche de scènes satellitaires</translation>
    </message>
    <message>
        <source>Search satellite images in many portals</source>
        <translation>Chercher des images satellite dans de nombreux portails</translation>
    </message>
    <message>
        <source>Search scenes</source>
        <translation>Rechercher des scènes</translation>
    </message>
    <message>
        <source>Search the ticked portals (Enter)</source>
        <translation>Interroger les portails cochés (Entrée)</translation>
    </message>
    <message>
        <source>Search {portal} instead</source>
        <translation>Chercher plutôt dans {portal}</translation>
    </message>
    <message>
        <source>Seasons: NDVI of three dates in colour</source>
        <translation>Saisons : NDVI de trois dates en couleurs</translation>
    </message>
    <message>
        <source>Seen of the area (%)</source>
        <translation>Part visible de la zone (%)</translation>
    </message>
    <message>
        <source>Select the scenes to show first.</source>
        <translation>Sélectionnez d’abord les scènes à afficher.</translation>
    </message>
    <message>
        <source>Sentinel Portals</source>
        <translation>Sentinel Portals</translation>
    </message>
    <message>
        <source>Sentinel Portals needs the Python library shapely. {how}</source>
        <translation>Sentinel Portals a besoin de la bibliothèque Python shapely. {how}</translation>
    </message>
    <message>
        <source>Sentinel Portals: satellite scenes from many portals</source>
        <translation>Sentinel Portals : scènes satellitaires de nombreux portails</translation>
    </message>
    <message>
        <source>Sentinel-1 RTC (terrain-corrected)</source>
        <translation>Sentinel-1 RTC (corrigé du relief)</translation>
    </message>
    <message>
        <source>Sentinel-2 L1C (top of atmosphere)</source>
        <translation>Sentinel-2 L1C (haut de l’atmosphère)</translation>
    </message>
    <message>
        <source>Sentinel-2 L2A (surface)</source>
        <translation>Sentinel-2 L2A (surface)</translation>
    </message>
    <message>
        <source>Sentinel-2 L3A monthly (THEIA)</source>
        <translation>Sentinel-2 L3A mensuel (THEIA)</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Réglages…</translation>
    </message>
    <message>
        <source>Short-wave infrared</source>
        <translation>Infrarouge à ondes courtes</translation>
    </message>
    <message>
        <source>Show all scenes</source>
        <translation>Afficher toutes les scènes</translation>
    </message>
    <message>
        <source>Show clear scenes only…</source>
        <translation>Afficher seulement les scènes claires…</translation>
    </message>
    <message>
        <source>Show images as</source>
        <translation>Montrer les images en</translation>
    </message>
    <message>
        <source>Show the s&amp;heet only when something is in the way</source>
        <translation>N’afficher le &amp;bilan que si quelque chose fait obstacle</translation>
    </message>
    <message>
        <source>Show this only when something is in the &amp;way</source>
        <translation>N’afficher ceci que si quelque chose fait &amp;obstacle</translation>
    </message>
    <message>
        <source>Show without downloading</source>
        <translation>Afficher sans télécharger</translation>
    </message>
    <message>
        <source>Shows the NDVI of three dates of one tile as blue, green and red, the earliest as blue (as the Geotribu article on Sentinel imagery does with November, January and April). What is green all year is white, what never is is black; deciduous forest is light violet; fields have the colour of their season.

All three colours are stretched from 0.1 to 0.9, so that images compare. A .vrt is computed while it is drawn, a .tif holds the values.</source>
        <translation>Montre le NDVI de trois dates d’une tuile en bleu, vert et rouge, la plus ancienne en bleu (comme l’article de Geotribu sur l’imagerie Sentinel avec novembre, janvier et avril). Ce qui est vert toute l’année est blanc, ce qui ne l’est jamais est noir ; la forêt de feuillus est violet clair ; les champs ont la couleur de leur saison.

Les trois couleurs sont étirées de 0,1 à 0,9 pour que les images se comparent. Un .vrt est calculé à l’affichage, un .tif contient les valeurs.</translation>
    </message>
    <message>
        <source>Signed links</source>
        <translation>Liens signés</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Taille</translation>
    </message>
    <message>
        <source>Size (bytes)</source>
        <translation>Taille (octets)</translation>
    </message>
    <message>
        <source>Snow cover</source>
        <translation>Couverture neigeuse</translation>
    </message>
    <message>
        <source>Snow cover (THEIA)</source>
        <translation>Surface enneigée (THEIA)</translation>
    </message>
    <message>
        <source>Snow fraction</source>
        <translation>Fraction de neige</translation>
    </message>
    <message>
        <source>Snow or ice</source>
        <translation>Neige ou glace</translation>
    </message>
    <message>
        <source>Something unexpected happened with {portal}: {kind}.</source>
        <translation>Une erreur inattendue s’est produite avec {portal} : {kind}.</translation>
    </message>
    <message>
        <source>Something unexpected happened: {kind}.</source>
        <translation>Une erreur inattendue s’est produite : {kind}.</translation>
    </message>
    <message>
        <source>Soy</source>
        <translation>Soja</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Débit</translation>
    </message>
    <message>
        <source>St&amp;yle</source>
        <translation>St&amp;yle</translation>
    </message>
    <message>
        <source>Start (UTC)</source>
        <translation>Début (UTC)</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Stop the download</source>
        <translation>Arrêter le téléchargement</translation>
    </message>
    <message>
        <source>Stop the search (Esc)</source>
        <translation>Arrêter la recherche (Échap)</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Arrêté.</translation>
    </message>
    <message>
        <source>Straw cereals</source>
        <translation>Céréales à paille</translation>
    </message>
    <message>
        <source>Stretch by this image alone (2 to 98 %)</source>
        <translation>Étirement propre à cette image (2 à 98 %)</translation>
    </message>
    <message>
        <source>Stretch each image by itself</source>
        <translation>Étirer chaque image séparément</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Style</translation>
    </message>
    <message>
        <source>Sulphur dioxide</source>
        <translation>Dioxyde de soufre</translation>
    </message>
    <message>
        <source>Sun too low</source>
        <translation>Soleil trop bas</translation>
    </message>
    <message>
        <source>Sunflower</source>
        <translation>Tournesol</translation>
    </message>
    <message>
        <source>TB</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Take the map's extent</source>
        <translation>Prendre l’emprise de la carte</translation>
    </message>
    <message>
        <source>Takes bands out of products (folder, zip, tar or single files) and writes each as a GeoTIFF at its own resolution. Stored numbers stay as they are; scale, offset and no-data are written beside them, so that QGIS shows reflectance. Masks become classes, radar becomes decibels.

Bands are named B04,B08,SCL or red,nir,scl; without any all are taken, each at its finest resolution.</source>
        <translation>Extrait des bandes de produits (dossier, zip, tar ou fichiers isolés) et écrit chacune dans un GeoTIFF à sa propre résolution. Les nombres enregistrés restent tels quels ; l’échelle, le décalage et la valeur sans donnée sont écrits à côté, de sorte que QGIS montre la réflectance. Les masques deviennent des classes, le radar des décibels.

Les bandes se nomment B04,B08,SCL ou red,nir,scl ; sans nom, toutes sont extraites, chacune à sa résolution la plus fine.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Température</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>Conditions</translation>
    </message>
    <message>
        <source>Test the address to see what this portal holds.</source>
        <translation>Testez l’adresse pour voir ce que contient ce portail.</translation>
    </message>
    <message>
        <source>The &amp;queue goes on by itself when QGIS starts</source>
        <translation>La &amp;file d’attente reprend d’elle-même au démarrage de QGIS</translation>
    </message>
    <message>
        <source>The address of the kept quicklook of a footprint, empty while it is fetched.</source>
        <translation>L’adresse de l’aperçu conservé d’une emprise, vide pendant sa récupération.</translation>
    </message>
    <message>
        <source>The answer was not complete: nobody knows what is missing here.</source>
        <translation>La réponse n’était pas complète : nul ne sait ce qui manque ici.</translation>
    </message>
    <message>
        <source>The area does not touch {title}.</source>
        <translation>La zone ne touche pas {title}.</translation>
    </message>
    <message>
        <source>The area has no coordinate reference system: set one first.</source>
        <translation>La zone n’a pas de système de coordonnées : définissez-en un d’abord.</translation>
    </message>
    <message>
        <source>The area has no surface: draw a rectangle or a polygon.</source>
        <translation>La zone n’a pas de surface : dessinez un rectangle ou un polygone.</translation>
    </message>
    <message>
        <source>The area has {size}: the search may take long, and each portal gives no more than {limit} scenes. Search it anyway?</source>
        <translation>L’emprise mesure {size} : la recherche peut être longue et chaque portail ne donne pas plus de {limit} scènes. Chercher quand même ?</translation>
    </message>
    <message>
        <source>The area is very large ({size} km²). Each portal gives {limit} products at most.</source>
        <translation>La zone est très grande ({size} km²). Chaque portail donne au plus {limit} produits.</translation>
    </message>
    <message>
        <source>The area lies outside of what its projection can show.</source>
        <translation>La zone se trouve hors de ce que sa projection peut représenter.</translation>
    </message>
    <message>
        <source>The certificate of {portal} is not trusted.</source>
        <translation>Le certificat de {portal} n’est pas reconnu.</translation>
    </message>
    <message>
        <source>The code for {portal} ended before it was used.</source>
        <translation>Le code pour {portal} a expiré avant d’être utilisé.</translation>
    </message>
    <message>
        <source>The connection to {portal} broke off.</source>
        <translation>La connexion à {portal} a été interrompue.</translation>
    </message>
    <message>
        <source>The coordinates are not degrees: longitude and latitude are wanted.</source>
        <translation>Les coordonnées ne sont pas en degrés : il faut la longitude et la latitude.</translation>
    </message>
    <message>
        <source>The disk is full: {folder} has no room for {file}.</source>
        <translation>Le disque est plein : {folder} n’a plus de place pour {file}.</translation>
    </message>
    <message>
        <source>The disk is too full: {wanted} GB are wanted, {free} GB are free in {folder}.</source>
        <translation>Le disque est trop plein : il faut {wanted} Go, {free} Go sont libres dans {folder}.</translation>
    </message>
    <message>
        <source>The disk is too full: {wanted} MB are wanted, {free} MB are free in {folder}.</source>
        <translation>Le disque est trop plein : il faut {wanted} Mo, {free} Mo sont libres dans {folder}.</translation>
    </message>
    <message>
        <source>The disk takes no file as large as {file} in {folder}.</source>
        <translation>Le disque n’accepte pas de fichier aussi grand que {file} dans {folder}.</translation>
    </message>
    <message>
        <source>The downloads that wait want {size} more.</source>
        <translation>Les téléchargements en attente en veulent {size} de plus.</translation>
    </message>
    <message>
        <source>The extent names no reference system: taken as degrees.</source>
        <translation>L’emprise n’indique aucun système de référence : elle est prise en degrés.</translation>
    </message>
    <message>
        <source>The extent of a layer</source>
        <translation>L’emprise d’une couche</translation>
    </message>
    <message>
        <source>The filters are not readable as JSON: {why}.</source>
        <translation>Les filtres ne se lisent pas comme du JSON : {why}.</translation>
    </message>
    <message>
        <source>The filters must be a JSON object, such as {"platform": "sentinel-2a"}.</source>
        <translation>Les filtres doivent être un objet JSON, par exemple {"platform": "sentinel-2a"}.</translation>
    </message>
    <message>
        <source>The first day, {start}, comes after the last one, {end}.</source>
        <translation>Le premier jour, {start}, vient après le dernier, {end}.</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to.</source>
        <translation>Impossible d’écrire dans le dossier {folder}.</translation>
    </message>
    <message>
        <source>The footprints could not be written to {path}: {why}</source>
        <translation>Les emprises n’ont pas pu être écrites dans {path} : {why}</translation>
    </message>
    <message>
        <source>The footprints in {path} cannot be opened.</source>
        <translation>Les emprises de {path} ne peuvent pas être ouvertes.</translation>
    </message>
    <message>
        <source>The geometry cannot be read.</source>
        <translation>La géométrie est illisible.</translation>
    </message>
    <message>
        <source>The id of your Sentinel Hub configuration opens it to everybody: keep it as password of an authentication configuration. A project with the layer holds it.</source>
        <translation>L’identifiant de votre configuration Sentinel Hub l’ouvre à tout le monde : gardez-le comme mot de passe d’une configuration d’authentification. Un projet qui a la couche le contient.</translation>
    </message>
    <message>
        <source>The index of what is on the disk {path} could not be read or written: {why}.</source>
        <translation>L’index de ce qui est sur le disque {path} n’a pas pu être lu ou écrit : {why}.</translation>
    </message>
    <message>
        <source>The key for {portal} cannot be read: paste the whole key file (JSON).</source>
        <translation>La clé pour {portal} est illisible : collez le fichier de clé entier (JSON).</translation>
    </message>
    <message>
        <source>The last 3 months</source>
        <translation>Les 3 derniers mois</translation>
    </message>
    <message>
        <source>The last month</source>
        <translation>Le dernier mois</translation>
    </message>
    <message>
        <source>The layer of the area has no features.</source>
        <translation>La couche de la zone n’a aucune entité.</translation>
    </message>
    <message>
        <source>The layer {layer} has no extent.</source>
        <translation>La couche {layer} n’a pas d’emprise.</translation>
    </message>
    <message>
        <source>The list of downloads {path} could not be read or written: {why}.</source>
        <translation>La liste des téléchargements {path} n’a pas pu être lue ou écrite : {why}.</translation>
    </message>
    <message>
        <source>The loading was cancelled.</source>
        <translation>Le chargement a été annulé.</translation>
    </message>
    <message>
        <source>The login at {portal} has ended or was withdrawn: log in again.</source>
        <translation>La connexion à {portal} a expiré ou a été retirée : connectez-vous de nouveau.</translation>
    </message>
    <message>
        <source>The login for the chosen portal</source>
        <translation>Les identifiants du portail choisi</translation>
    </message>
    <message>
        <source>The login for {portal} can only be tested by a download.</source>
        <translation>Les identifiants de {portal} ne peuvent être testés que par un téléchargement.</translation>
    </message>
    <message>
        <source>The login for {portal} is locked in QGIS's authentication database: unlock it.</source>
        <translation>La connexion à {portal} est verrouillée dans la base d’authentification de QGIS : déverrouillez-la.</translation>
    </message>
    <message>
        <source>The login for {portal} is safe in downloads only: download the scene.</source>
        <translation>L’identification de {portal} n’est sûre que pour les téléchargements : téléchargez la scène.</translation>
    </message>
    <message>
        <source>The login works.</source>
        <translation>La connexion fonctionne.</translation>
    </message>
    <message>
        <source>The login works: the portal gave a token.</source>
        <translation>La connexion fonctionne : le portail a donné un jeton.</translation>
    </message>
    <message>
        <source>The login works: the portal let us search.</source>
        <translation>La connexion fonctionne : le portail nous a laissés chercher.</translation>
    </message>
    <message>
        <source>The login works: the portal would give us a file.</source>
        <translation>La connexion fonctionne : le portail nous donnerait un fichier.</translation>
    </message>
    <message>
        <source>The login works; it is kept in QGIS's authentication database.</source>
        <translation>La connexion fonctionne ; elle est conservée dans la base d’authentification de QGIS.</translation>
    </message>
    <message>
        <source>The map's extent</source>
        <translation>L’emprise de la carte</translation>
    </message>
    <message>
        <source>The metadata of {product} is damaged.</source>
        <translation>Les métadonnées de {product} sont endommagées.</translation>
    </message>
    <message>
        <source>The pasted GeoJSON has no geometry.</source>
        <translation>Le GeoJSON collé n’a pas de géométrie.</translation>
    </message>
    <message>
        <source>The pasted text is neither WKT nor GeoJSON.</source>
        <translation>Le texte collé n’est ni du WKT ni du GeoJSON.</translation>
    </message>
    <message>
        <source>The pasted text is not readable as GeoJSON.</source>
        <translation>Le texte collé ne peut pas être lu comme du GeoJSON.</translation>
    </message>
    <message>
        <source>The path {path} is too long for this system.</source>
        <translation>Le chemin {path} est trop long pour ce système.</translation>
    </message>
    <message>
        <source>The portal has no page to log in to: asks for the beginning of a small file, if a search shows one that is online.</source>
        <translation>Le portail n’a pas de page de connexion : demande le début d’un petit fichier, si une recherche en montre un en ligne.</translation>
    </message>
    <message>
        <source>The portal {portal} in {file} was left out: {why}.</source>
        <translation>Le portail {portal} de {file} a été ignoré : {why}.</translation>
    </message>
    <message>
        <source>The portal {portal} is no longer in the list of portals.</source>
        <translation>Le portail {portal} n’est plus dans la liste des portails.</translation>
    </message>
    <message>
        <source>The portal's own page asks for your password; QGIS keeps only a revocable key.</source>
        <translation>La page du portail demande votre mot de passe ; QGIS ne garde qu’une clé révocable.</translation>
    </message>
    <message>
        <source>The portals file {file} cannot be read: {why}.</source>
        <translation>Le fichier de portails {file} est illisible : {why}.</translation>
    </message>
    <message>
        <source>The portals file {file} is no JSON in line {line}, column {column}.</source>
        <translation>Le fichier de portails {file} n’est pas du JSON à la ligne {line}, colonne {column}.</translation>
    </message>
    <message>
        <source>The portals file {file} must hold a list of portals.</source>
        <translation>Le fichier de portails {file} doit contenir une liste de portails.</translation>
    </message>
    <message>
        <source>The portals file {path} cannot be read; correct it first: {why}</source>
        <translation>Le fichier de portails {path} est illisible ; corrigez-le d’abord : {why}</translation>
    </message>
    <message>
        <source>The portals file {path} cannot be written.</source>
        <translation>Le fichier de portails {path} ne peut pas être écrit.</translation>
    </message>
    <message>
        <source>The portals file {path} holds no list of portals; correct it first.</source>
        <translation>Le fichier de portails {path} ne contient pas de liste de portails ; corrigez-le d’abord.</translation>
    </message>
    <message>
        <source>The product does not say where its pixels lie.</source>
        <translation>Le produit ne dit pas où se trouvent ses pixels.</translation>
    </message>
    <message>
        <source>The proxy did not let us through to {portal}.</source>
        <translation>Le serveur mandataire ne nous a pas laissés atteindre {portal}.</translation>
    </message>
    <message>
        <source>The quicklook could not be written to {folder}.</source>
        <translation>L’aperçu n’a pas pu être écrit dans {folder}.</translation>
    </message>
    <message>
        <source>The quicklook is no picture that can be shown.</source>
        <translation>L’aperçu n’est pas une image affichable.</translation>
    </message>
    <message>
        <source>The quicklook is on its way…</source>
        <translation>L’aperçu arrive…</translation>
    </message>
    <message>
        <source>The quicklook of {title} cannot be placed: it has no footprint.</source>
        <translation>L’aperçu de {title} ne peut pas être placé : il n’y a pas d’emprise.</translation>
    </message>
    <message>
        <source>The quicklook of {title} cannot be placed: its four corners or its direction of flight are not known.</source>
        <translation>L’aperçu de {title} ne peut pas être placé : ses quatre coins ou son sens de vol sont inconnus.</translation>
    </message>
    <message>
        <source>The quicklook of {title} cannot be placed: nobody says where its corners are.</source>
        <translation>L’aperçu de {title} ne peut pas être placé : rien n’indique où sont ses coins.</translation>
    </message>
    <message>
        <source>The request to {portal} was cancelled.</source>
        <translation>La demande à {portal} a été annulée.</translation>
    </message>
    <message>
        <source>The same account opens {portals}.</source>
        <translation>Le même compte ouvre {portals}.</translation>
    </message>
    <message>
        <source>The search makes no sense: {why}.</source>
        <translation>La recherche n’a pas de sens : {why}.</translation>
    </message>
    <message>
        <source>The search was cancelled.</source>
        <translation>La recherche a été annulée.</translation>
    </message>
    <message>
        <source>The selected features of the active layer</source>
        <translation>Les entités sélectionnées de la couche active</translation>
    </message>
    <message>
        <source>The selected features of {layer} have no geometry.</source>
        <translation>Les entités sélectionnées de {layer} n’ont pas de géométrie.</translation>
    </message>
    <message>
        <source>The temporal controller's range</source>
        <translation>La période du contrôleur temporel</translation>
    </message>
    <message>
        <source>The titles of the portals of a footprint, as HTML.</source>
        <translation>Les titres des portails d’une emprise, en HTML.</translation>
    </message>
    <message>
        <source>The window cannot be cut out of {file}.</source>
        <translation>La fenêtre ne peut pas être découpée dans {file}.</translation>
    </message>
    <message>
        <source>The window lies outside of {scene}.</source>
        <translation>La fenêtre se trouve en dehors de {scene}.</translation>
    </message>
    <message>
        <source>The {algorithm} checksum of {file} is not the one that {portal} announced.</source>
        <translation>La somme de contrôle {algorithm} de {file} n’est pas celle annoncée par {portal}.</translation>
    </message>
    <message>
        <source>There are {count} scenes ({titles}): load one at a time.</source>
        <translation>Il y a {count} scènes ({titles}) : chargez-les une par une.</translation>
    </message>
    <message>
        <source>There is no area to search in.</source>
        <translation>Il n’y a pas d’emprise où chercher.</translation>
    </message>
    <message>
        <source>There is no area: choose one in the dock first.</source>
        <translation>Il n’y a pas de zone : choisissez-en une d’abord dans le panneau.</translation>
    </message>
    <message>
        <source>There is no band to make an image of.</source>
        <translation>Il n’y a aucune bande dont faire une image.</translation>
    </message>
    <message>
        <source>There is no collection called {collection}.</source>
        <translation>Il n’existe pas de collection {collection}.</translation>
    </message>
    <message>
        <source>There is no footprint layer: search first.</source>
        <translation>Il n’y a pas de couche d’emprises : lancez d’abord une recherche.</translation>
    </message>
    <message>
        <source>There is no image with bands in {place}.</source>
        <translation>Il n’y a aucune image avec des bandes dans {place}.</translation>
    </message>
    <message>
        <source>There is no layer yet</source>
        <translation>Il n’y a pas encore de couche</translation>
    </message>
    <message>
        <source>There is no portal called {portal}.</source>
        <translation>Il n’existe pas de portail {portal}.</translation>
    </message>
    <message>
        <source>There is no quicklook of {title}.</source>
        <translation>Il n’y a pas d’aperçu de {title}.</translation>
    </message>
    <message>
        <source>There is no scene to download in {layer}.</source>
        <translation>Il n’y a aucune scène à télécharger dans {layer}.</translation>
    </message>
    <message>
        <source>There is nothing in {title}: every pixel is no-data.</source>
        <translation>L’image de {title} est vide : aucun pixel n’a de donnée.</translation>
    </message>
    <message>
        <source>Thin cirrus</source>
        <translation>Cirrus fin</translation>
    </message>
    <message>
        <source>Thin cloud</source>
        <translation>Nuage fin</translation>
    </message>
    <message>
        <source>This QGIS comes without HDF5, which netCDF files are read with.</source>
        <translation>Ce QGIS n’a pas HDF5, avec lequel les fichiers netCDF sont lus.</translation>
    </message>
    <message>
        <source>This configuration has no password, which would be the id.</source>
        <translation>Cette configuration n’a pas de mot de passe, qui serait l’identifiant.</translation>
    </message>
    <message>
        <source>This is a mistake of the plugin: please report it with the details in the log.</source>
        <translation>C’est une erreur de l’extension : merci de la signaler avec les détails du journal.</translation>
    </message>
    <message>
        <source>This login lacks: {fields}.</source>
        <translation>Il manque à cette connexion : {fields}.</translation>
    </message>
    <message>
        <source>This month a year ago</source>
        <translation>Ce mois-ci, il y a un an</translation>
    </message>
    <message>
        <source>This season</source>
        <translation>Cette saison</translation>
    </message>
    <message>
        <source>Tick every open portal</source>
        <translation>Cocher tous les portails ouverts</translation>
    </message>
    <message>
        <source>Tick no portal</source>
        <translation>Décocher tous les portails</translation>
    </message>
    <message>
        <source>Tile</source>
        <translation>Tuile</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Temps restant</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titre</translation>
    </message>
    <message>
        <source>To the top</source>
        <translation>En tête</translation>
    </message>
    <message>
        <source>To this hour</source>
        <translation>Jusqu’à cette heure</translation>
    </message>
    <message>
        <source>Together {scenes}.</source>
        <translation>En tout {scenes}.</translation>
    </message>
    <message>
        <source>True colour</source>
        <translation>Couleurs naturelles</translation>
    </message>
    <message>
        <source>True colour of Sentinel-3 OLCI</source>
        <translation>Couleurs naturelles de Sentinel-3 OLCI</translation>
    </message>
    <message>
        <source>True colour of Sentinel-3 SYN</source>
        <translation>Couleurs naturelles de Sentinel-3 SYN</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Réessayer</translation>
    </message>
    <message>
        <source>Try again in {seconds} s.</source>
        <translation>Réessayez dans {seconds} s.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Réessayez plus tard.</translation>
    </message>
    <message>
        <source>Try again later; if it stays so, the portal has changed: please report it.</source>
        <translation>Réessayez plus tard ; si cela persiste, le portail a changé : merci de le signaler.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Réessayez.</translation>
    </message>
    <message>
        <source>Try again: it goes on where it stopped.</source>
        <translation>Réessayez : le téléchargement reprendra où il s’est arrêté.</translation>
    </message>
    <message>
        <source>Try again; if it stays so, please report it.</source>
        <translation>Réessayez ; si cela persiste, merci de le signaler.</translation>
    </message>
    <message>
        <source>Try another portal.</source>
        <translation>Essayez un autre portail.</translation>
    </message>
    <message>
        <source>Tubers and roots</source>
        <translation>Tubercules et racines</translation>
    </message>
    <message>
        <source>Unclassified</source>
        <translation>Non classé</translation>
    </message>
    <message>
        <source>Unit of the speed</source>
        <translation>Unité du débit</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Vers le haut</translation>
    </message>
    <message>
        <source>User name and password</source>
        <translation>Nom d’utilisateur et mot de passe</translation>
    </message>
    <message>
        <source>Usual periods</source>
        <translation>Périodes usuelles</translation>
    </message>
    <message>
        <source>VH/VV, vegetation by radar</source>
        <translation>VH/VV, végétation au radar</translation>
    </message>
    <message>
        <source>Vegetation</source>
        <translation>Végétation</translation>
    </message>
    <message>
        <source>Vineyard</source>
        <translation>Vigne</translation>
    </message>
    <message>
        <source>Wait a moment.</source>
        <translation>Patientez un instant.</translation>
    </message>
    <message>
        <source>Waiting for you… {time} left</source>
        <translation>En attente de votre accord… encore {time}</translation>
    </message>
    <message>
        <source>Water</source>
        <translation>Eau</translation>
    </message>
    <message>
        <source>Water colour of Sentinel-3 OLCI</source>
        <translation>Couleur de l’eau de Sentinel-3 OLCI</translation>
    </message>
    <message>
        <source>What images are shown as; else what suits them</source>
        <translation>Ce que montrent les images ; à défaut, ce qui leur convient</translation>
    </message>
    <message>
        <source>What is in these folders already is not downloaded again: SAFE, zip, tar, bands.</source>
        <translation>Ce qui se trouve déjà dans ces dossiers n’est pas téléchargé à nouveau : SAFE, zip, tar, bandes.</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>Contenu</translation>
    </message>
    <message>
        <source>What the portals answer</source>
        <translation>Réponses des portails</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>Ce qui n’a pas marché</translation>
    </message>
    <message>
        <source>Where several portals hold a scene, the topmost is asked first; then the next.</source>
        <translation>Quand plusieurs portails ont une scène, le premier de la liste est interrogé d’abord, puis le suivant.</translation>
    </message>
    <message>
        <source>Which downloads are shown</source>
        <translation>Téléchargements affichés</translation>
    </message>
    <message>
        <source>Whole product</source>
        <translation>Produit entier</translation>
    </message>
    <message>
        <source>Whole products would be {size} more.</source>
        <translation>Les produits entiers feraient {size} de plus.</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenêtre</translation>
    </message>
    <message>
        <source>Woody heath</source>
        <translation>Lande ligneuse</translation>
    </message>
    <message>
        <source>Write into the footprint layer of the last search, not a new one</source>
        <translation>Écrire dans la couche d’emprises de la dernière recherche plutôt que dans une nouvelle</translation>
    </message>
    <message>
        <source>Your browser shows a page of {portal}. Log in there and confirm this code; this window closes by itself. QGIS never sees your password.</source>
        <translation>Votre navigateur montre une page de {portal}. Connectez-vous-y et confirmez ce code ; cette fenêtre se ferme d’elle-même. QGIS ne voit jamais votre mot de passe.</translation>
    </message>
    <message>
        <source>Zoom to selected</source>
        <translation>Zoomer sur la sélection</translation>
    </message>
    <message>
        <source>Zoom to the area</source>
        <translation>Zoomer sur l’emprise</translation>
    </message>
    <message>
        <source>a portal of the family {family} has no fact called {name}</source>
        <translation>un portail de la famille {family} n’a pas de donnée {name}</translation>
    </message>
    <message>
        <source>aerosol</source>
        <translation>aérosols</translation>
    </message>
    <message>
        <source>all paused</source>
        <translation>tout est suspendu</translation>
    </message>
    <message>
        <source>and</source>
        <translation>et</translation>
    </message>
    <message>
        <source>another entry has the same id</source>
        <translation>une autre entrée porte le même identifiant</translation>
    </message>
    <message>
        <source>as the server likes</source>
        <translation>au choix du serveur</translation>
    </message>
    <message>
        <source>asking…</source>
        <translation>demande en cours…</translation>
    </message>
    <message>
        <source>bands</source>
        <translation>bandes</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>bleu</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>annulé</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>est illisible</translation>
    </message>
    <message>
        <source>cannot be taken: {why}</source>
        <translation>ne peut pas être accepté : {why}</translation>
    </message>
    <message>
        <source>catalogue</source>
        <translation>catalogue</translation>
    </message>
    <message>
        <source>cirrus</source>
        <translation>cirrus</translation>
    </message>
    <message>
        <source>closed since {day}</source>
        <translation>fermé depuis le {day}</translation>
    </message>
    <message>
        <source>closed {day}</source>
        <translation>fermé {day}</translation>
    </message>
    <message>
        <source>cloud cover</source>
        <translation>nébulosité</translation>
    </message>
    <message>
        <source>clouds checked here</source>
        <translation>nuages vérifiés ici</translation>
    </message>
    <message>
        <source>coastal aerosol</source>
        <translation>aérosols côtiers</translation>
    </message>
    <message>
        <source>composite</source>
        <translation>composition</translation>
    </message>
    <message>
        <source>date</source>
        <translation>date</translation>
    </message>
    <message>
        <source>direction of flight</source>
        <translation>sens de vol</translation>
    </message>
    <message>
        <source>does not hold it</source>
        <translation>ne l’a pas</translation>
    </message>
    <message>
        <source>down</source>
        <translation>en panne</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>en cours</translation>
    </message>
    <message>
        <source>downloading elsewhere</source>
        <translation>en cours dans une autre fenêtre</translation>
    </message>
    <message>
        <source>eumetsat or cmems, where the account comes from there</source>
        <translation>eumetsat ou cmems, si le compte vient de là</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>échec</translation>
    </message>
    <message>
        <source>fetch</source>
        <translation>récupérer</translation>
    </message>
    <message>
        <source>files</source>
        <translation>fichiers</translation>
    </message>
    <message>
        <source>found</source>
        <translation>trouvée</translation>
    </message>
    <message>
        <source>goes on at {hour}:00</source>
        <translation>reprise à {hour} h</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>disparu</translation>
    </message>
    <message>
        <source>green</source>
        <translation>vert</translation>
    </message>
    <message>
        <source>in place of user name and password</source>
        <translation>à la place du nom et du mot de passe</translation>
    </message>
    <message>
        <source>it has no {name}</source>
        <translation>il y manque « {name} »</translation>
    </message>
    <message>
        <source>it holds a secret; accounts belong into QGIS's authentication settings</source>
        <translation>elle contient un secret ; les comptes ont leur place dans les paramètres d’authentification de QGIS</translation>
    </message>
    <message>
        <source>it is no object</source>
        <translation>ce n’est pas un objet</translation>
    </message>
    <message>
        <source>its certificate {file} cannot be read</source>
        <translation>son certificat {file} est illisible</translation>
    </message>
    <message>
        <source>its certificate {file} is no certificate in PEM</source>
        <translation>son certificat {file} n’est pas un certificat PEM</translation>
    </message>
    <message>
        <source>its family must be one of {names}</source>
        <translation>« family » doit être l’un de : {names}</translation>
    </message>
    <message>
        <source>its id must be a word of letters, digits and _</source>
        <translation>« id » doit être un mot fait de lettres, de chiffres et de _</translation>
    </message>
    <message>
        <source>its {name} {why}</source>
        <translation>« {name} » {why}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>à l’instant</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>ko</translation>
    </message>
    <message>
        <source>kB/s</source>
        <translation>ko/s</translation>
    </message>
    <message>
        <source>key</source>
        <translation>clé</translation>
    </message>
    <message>
        <source>key's name</source>
        <translation>nom de la clé</translation>
    </message>
    <message>
        <source>knows no {name}</source>
        <translation>ne connaît pas {name}</translation>
    </message>
    <message>
        <source>limit reached, {time}</source>
        <translation>limite atteinte, {time}</translation>
    </message>
    <message>
        <source>login for files</source>
        <translation>compte</translation>
    </message>
    <message>
        <source>login needed</source>
        <translation>compte requis</translation>
    </message>
    <message>
        <source>login set</source>
        <translation>compte prêt</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>masque</translation>
    </message>
    <message>
        <source>mode</source>
        <translation>mode</translation>
    </message>
    <message>
        <source>must be a date like 2020-01-31</source>
        <translation>doit être une date comme 2020-01-31</translation>
    </message>
    <message>
        <source>must be a list of texts</source>
        <translation>doit être une liste de textes</translation>
    </message>
    <message>
        <source>must be a number of seconds above 0, 60 at most</source>
        <translation>doit être un nombre de secondes supérieur à 0, 60 au plus</translation>
    </message>
    <message>
        <source>must be a text</source>
        <translation>doit être un texte</translation>
    </message>
    <message>
        <source>must be a whole number above 0, 100000 at most</source>
        <translation>doit être un nombre entier supérieur à 0, 100000 au plus</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>doit être un objet</translation>
    </message>
    <message>
        <source>must be an object of texts</source>
        <translation>doit être un objet fait de textes</translation>
    </message>
    <message>
        <source>must be names like *.example.org, not {name}</source>
        <translation>doit contenir des noms comme *.example.org, non {name}</translation>
    </message>
    <message>
        <source>must be query, filter or empty</source>
        <translation>doit être query, filter ou vide</translation>
    </message>
    <message>
        <source>must be true or false</source>
        <translation>doit être true ou false</translation>
    </message>
    <message>
        <source>must begin with https://</source>
        <translation>doit commencer par https://</translation>
    </message>
    <message>
        <source>must have a type: one of {names}</source>
        <translation>doit avoir un type, l’un de : {names}</translation>
    </message>
    <message>
        <source>must hold numbers, true and false only</source>
        <translation>ne doit contenir que des nombres, true et false</translation>
    </message>
    <message>
        <source>name one that we do not know: {names}</source>
        <translation>contient un nom inconnu : {names}</translation>
    </message>
    <message>
        <source>narrow near infrared</source>
        <translation>proche infrarouge étroit</translation>
    </message>
    <message>
        <source>near infrared</source>
        <translation>proche infrarouge</translation>
    </message>
    <message>
        <source>needs a login</source>
        <translation>demande des identifiants</translation>
    </message>
    <message>
        <source>next time it goes on where it stopped.</source>
        <translation>la prochaine fois, il reprendra là où il s’est arrêté.</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>sans limite</translation>
    </message>
    <message>
        <source>none</source>
        <translation>aucun</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>pas encore demandé</translation>
    </message>
    <message>
        <source>not asked yet; last heard of {day}</source>
        <translation>pas encore demandé ; dernières nouvelles le {day}</translation>
    </message>
    <message>
        <source>of your own OAuth client</source>
        <translation>de votre propre client OAuth</translation>
    </message>
    <message>
        <source>on disk</source>
        <translation>sur le disque</translation>
    </message>
    <message>
        <source>only where the account has a second factor</source>
        <translation>seulement si le compte a un second facteur</translation>
    </message>
    <message>
        <source>open</source>
        <translation>ouvert</translation>
    </message>
    <message>
        <source>ordered</source>
        <translation>commandée</translation>
    </message>
    <message>
        <source>ordered, asked again at {time}</source>
        <translation>commandée, revue à {time}</translation>
    </message>
    <message>
        <source>others</source>
        <translation>autres</translation>
    </message>
    <message>
        <source>password</source>
        <translation>mot de passe</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>suspendue</translation>
    </message>
    <message>
        <source>polarisation</source>
        <translation>polarisation</translation>
    </message>
    <message>
        <source>product</source>
        <translation>produit</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>en file d’attente</translation>
    </message>
    <message>
        <source>quicklook</source>
        <translation>aperçu</translation>
    </message>
    <message>
        <source>red</source>
        <translation>rouge</translation>
    </message>
    <message>
        <source>red edge 1</source>
        <translation>red edge 1</translation>
    </message>
    <message>
        <source>red edge 2</source>
        <translation>red edge 2</translation>
    </message>
    <message>
        <source>red edge 3</source>
        <translation>red edge 3</translation>
    </message>
    <message>
        <source>relative orbit</source>
        <translation>orbite relative</translation>
    </message>
    <message>
        <source>satellite</source>
        <translation>satellite</translation>
    </message>
    <message>
        <source>scene classification</source>
        <translation>classification de la scène</translation>
    </message>
    <message>
        <source>search</source>
        <translation>recherche</translation>
    </message>
    <message>
        <source>search and files</source>
        <translation>recherche et fichiers</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>recherche…</translation>
    </message>
    <message>
        <source>seasons</source>
        <translation>saisons</translation>
    </message>
    <message>
        <source>short-wave infrared 1</source>
        <translation>infrarouge à ondes courtes 1</translation>
    </message>
    <message>
        <source>short-wave infrared 2</source>
        <translation>infrarouge à ondes courtes 2</translation>
    </message>
    <message>
        <source>size unknown</source>
        <translation>taille inconnue</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>lent</translation>
    </message>
    <message>
        <source>the portal of this id is of the family {family}</source>
        <translation>le portail de cet identifiant est de la famille {family}</translation>
    </message>
    <message>
        <source>there is no fact called {name}</source>
        <translation>il n’existe pas de donnée {name}</translation>
    </message>
    <message>
        <source>tile</source>
        <translation>tuile</translation>
    </message>
    <message>
        <source>tiles</source>
        <translation>tuiles</translation>
    </message>
    <message>
        <source>true colour picture</source>
        <translation>image en couleurs naturelles</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>inconnue</translation>
    </message>
    <message>
        <source>user name</source>
        <translation>nom d’utilisateur</translation>
    </message>
    <message>
        <source>vegetation</source>
        <translation>végétation</translation>
    </message>
    <message>
        <source>waits</source>
        <translation>en attente</translation>
    </message>
    <message>
        <source>waits, tried again at {time}</source>
        <translation>attend, repris à {time}</translation>
    </message>
    <message>
        <source>water vapour</source>
        <translation>vapeur d’eau</translation>
    </message>
    <message>
        <source>water vapour band</source>
        <translation>bande de la vapeur d’eau</translation>
    </message>
    <message>
        <source>{collection}, {start} – {end}, {area}.</source>
        <translation>{collection}, {start} – {end}, {area}.</translation>
    </message>
    <message>
        <source>{count} closed portals</source>
        <translation>{count} portails fermés</translation>
    </message>
    <message>
        <source>{count} entries could not be read</source>
        <translation>{count} entrées illisibles</translation>
    </message>
    <message>
        <source>{count} files</source>
        <translation>{count} fichiers</translation>
    </message>
    <message>
        <source>{count} layers</source>
        <translation>{count} couches</translation>
    </message>
    <message>
        <source>{count} more failed</source>
        <translation>{count} autres échecs</translation>
    </message>
    <message>
        <source>{count} more in the log</source>
        <translation>{count} autres dans le journal</translation>
    </message>
    <message>
        <source>{count} open</source>
        <translation>{count} à faire</translation>
    </message>
    <message>
        <source>{count} parts</source>
        <translation>{count} parties</translation>
    </message>
    <message>
        <source>{count} portals</source>
        <translation>{count} portails</translation>
    </message>
    <message>
        <source>{count} products do not tell</source>
        <translation>{count} produits ne l’indiquent pas</translation>
    </message>
    <message>
        <source>{count} quicklooks</source>
        <translation>{count} aperçus</translation>
    </message>
    <message>
        <source>{count} scenes</source>
        <translation>{count} scènes</translation>
    </message>
    <message>
        <source>{count} scenes have no mask that can be read without a download.</source>
        <translation>{count} scènes n’ont pas de masque lisible sans téléchargement.</translation>
    </message>
    <message>
        <source>{count} scenes without footprint</source>
        <translation>{count} scènes sans emprise</translation>
    </message>
    <message>
        <source>{count} vertices</source>
        <translation>{count} sommets</translation>
    </message>
    <message>
        <source>{done} of {asked} portals answered</source>
        <translation>{done} portails sur {asked} ont répondu</translation>
    </message>
    <message>
        <source>{entry} cannot be added: {why}.</source>
        <translation>{entry} ne peut pas être ajouté : {why}.</translation>
    </message>
    <message>
        <source>{file} cannot be written: {why}.</source>
        <translation>{file} ne peut pas être écrit : {why}.</translation>
    </message>
    <message>
        <source>{file} could not be written in {folder}: {why}.</source>
        <translation>{file} n’a pas pu être écrit dans {folder} : {why}.</translation>
    </message>
    <message>
        <source>{file} does not exist.</source>
        <translation>{file} n’existe pas.</translation>
    </message>
    <message>
        <source>{file} has {got} bytes, {portal} announced {wanted}.</source>
        <translation>{file} fait {got} octets, {portal} en annonçait {wanted}.</translation>
    </message>
    <message>
        <source>{file} in {archive} is damaged.</source>
        <translation>{file} dans {archive} est endommagé.</translation>
    </message>
    <message>
        <source>{file} is damaged or is not an image that GDAL reads.</source>
        <translation>{file} est endommagé ou n’est pas une image que GDAL sait lire.</translation>
    </message>
    <message>
        <source>{file} is damaged: it is no whole zip archive.</source>
        <translation>{file} est endommagé : ce n’est pas une archive zip complète.</translation>
    </message>
    <message>
        <source>{file} is in another coordinate system than {other}.</source>
        <translation>{file} est dans un autre système de coordonnées que {other}.</translation>
    </message>
    <message>
        <source>{file} is no archive to be trusted: {why}.</source>
        <translation>{file} n’est pas une archive digne de confiance : {why}.</translation>
    </message>
    <message>
        <source>{file} is not a STAC item.</source>
        <translation>{file} n’est pas un objet STAC.</translation>
    </message>
    <message>
        <source>{file} is not on a north-up grid, so it cannot be joined with others.</source>
        <translation>{file} n’est pas sur une grille orientée au nord et ne peut donc pas être réuni à d’autres.</translation>
    </message>
    <message>
        <source>{file} was written by a newer Sentinel Portals.</source>
        <translation>{file} a été écrit par une version plus récente de Sentinel Portals.</translation>
    </message>
    <message>
        <source>{folder} could not be looked into for what is on the disk.</source>
        <translation>Impossible de voir ce que contient {folder}.</translation>
    </message>
    <message>
        <source>{folder}: {free} free</source>
        <translation>{folder} : {free} libres</translation>
    </message>
    <message>
        <source>{found} found</source>
        <translation>{found} trouvés</translation>
    </message>
    <message>
        <source>{found} of {matched}</source>
        <translation>{found} sur {matched}</translation>
    </message>
    <message>
        <source>{found}, not all</source>
        <translation>{found}, pas toutes</translation>
    </message>
    <message>
        <source>{gas} (all pixels)</source>
        <translation>{gas} (tous les pixels)</translation>
    </message>
    <message>
        <source>{gas} (quality above {percent} %)</source>
        <translation>{gas} (qualité supérieure à {percent} %)</translation>
    </message>
    <message>
        <source>{layers} found again.</source>
        <translation>{layers} : fichiers retrouvés.</translation>
    </message>
    <message>
        <source>{layers} of satellite scenes: the files are not where they were.</source>
        <translation>{layers} de scènes satellitaires : les fichiers ne sont plus à leur place.</translation>
    </message>
    <message>
        <source>{layer} is not a footprint layer: it has no field “product”.</source>
        <translation>{layer} n’est pas une couche d’emprises : elle n’a pas de champ « product ».</translation>
    </message>
    <message>
        <source>{layer} is on the map.</source>
        <translation>{layer} est sur la carte.</translation>
    </message>
    <message>
        <source>{metres} m</source>
        <translation>{metres} m</translation>
    </message>
    <message>
        <source>{name}: {value}</source>
        <translation>{name} : {value}</translation>
    </message>
    <message>
        <source>{number} bytes</source>
        <translation>{number} octets</translation>
    </message>
    <message>
        <source>{number} days</source>
        <translation>{number} jours</translation>
    </message>
    <message>
        <source>{number} days old</source>
        <translation>{number} jours</translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation>{number} h</translation>
    </message>
    <message>
        <source>{number} km²</source>
        <translation>{number} km²</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number} min</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} s</translation>
    </message>
    <message>
        <source>{portals} failed: each row says why.</source>
        <translation>Échec de {portals} : chaque ligne dit pourquoi.</translation>
    </message>
    <message>
        <source>{portal} (browser)</source>
        <translation>{portal} (navigateur)</translation>
    </message>
    <message>
        <source>{portal} ({scenes})</source>
        <translation>{portal} ({scenes})</translation>
    </message>
    <message>
        <source>{portal} answered with a web page instead of data.</source>
        <translation>{portal} a répondu par une page web au lieu de données.</translation>
    </message>
    <message>
        <source>{portal} answered with an error ({answer}).</source>
        <translation>{portal} a répondu par une erreur ({answer}).</translation>
    </message>
    <message>
        <source>{portal} asked us to wait.</source>
        <translation>{portal} nous a demandé d’attendre.</translation>
    </message>
    <message>
        <source>{portal} asks us to be slower.</source>
        <translation>{portal} nous demande de ralentir.</translation>
    </message>
    <message>
        <source>{portal} can be searched by anybody; its files want a login.</source>
        <translation>La recherche sur {portal} est libre ; ses fichiers demandent des identifiants.</translation>
    </message>
    <message>
        <source>{portal} closed on {day}.</source>
        <translation>{portal} a fermé le {day}.</translation>
    </message>
    <message>
        <source>{portal} computes areas, no whole scenes: ask for an area of {band}.</source>
        <translation>{portal} calcule des zones, pas des scènes entières : demandez une zone de {band}.</translation>
    </message>
    <message>
        <source>{portal} could not be reached ({answer}).</source>
        <translation>{portal} n’a pas pu être joint ({answer}).</translation>
    </message>
    <message>
        <source>{portal} did not accept the login ({answer}).</source>
        <translation>{portal} n’a pas accepté les identifiants ({answer}).</translation>
    </message>
    <message>
        <source>{portal} did not accept the login.</source>
        <translation>{portal} n’a pas accepté les identifiants.</translation>
    </message>
    <message>
        <source>{portal} did not answer completely: nobody knows what it lacks.</source>
        <translation>{portal} n’a pas répondu entièrement : nul ne sait ce qui lui manque.</translation>
    </message>
    <message>
        <source>{portal} did not answer within {seconds} s.</source>
        <translation>{portal} n’a pas répondu en {seconds} s.</translation>
    </message>
    <message>
        <source>{portal} did not begin a login in the browser.</source>
        <translation>{portal} n’a pas ouvert de connexion dans le navigateur.</translation>
    </message>
    <message>
        <source>{portal} did not bring {title} from its archive in {hours} hours.</source>
        <translation>{portal} n’a pas sorti {title} de ses archives en {hours} heures.</translation>
    </message>
    <message>
        <source>{portal} does not have it any more ({answer}).</source>
        <translation>{portal} ne l’a plus ({answer}).</translation>
    </message>
    <message>
        <source>{portal} does not hold {collection}.</source>
        <translation>{portal} ne propose pas {collection}.</translation>
    </message>
    <message>
        <source>{portal} does not tell when {title} was taken.</source>
        <translation>{portal} ne dit pas quand {title} a été prise.</translation>
    </message>
    <message>
        <source>{portal} does not tell where {title} lies.</source>
        <translation>{portal} ne dit pas où se trouve {title}.</translation>
    </message>
    <message>
        <source>{portal} does not tell whether {title} is online.</source>
        <translation>{portal} ne dit pas si {title} est en ligne.</translation>
    </message>
    <message>
        <source>{portal} gave an answer that was not expected ({answer}).</source>
        <translation>{portal} a donné une réponse inattendue ({answer}).</translation>
    </message>
    <message>
        <source>{portal} gave no access token.</source>
        <translation>{portal} n’a pas donné de jeton d’accès.</translation>
    </message>
    <message>
        <source>{portal} gave no access token{said}.</source>
        <translation>{portal} n’a pas donné de jeton d’accès{said}.</translation>
    </message>
    <message>
        <source>{portal} gave no login that lasts.</source>
        <translation>{portal} n’a pas donné de connexion durable.</translation>
    </message>
    <message>
        <source>{portal} gave no number for the order.</source>
        <translation>{portal} n’a pas donné de numéro pour la commande.</translation>
    </message>
    <message>
        <source>{portal} gives no link to {title}.</source>
        <translation>{portal} ne donne pas de lien vers {title}.</translation>
    </message>
    <message>
        <source>{portal} gives no more than {size} MB at once: ask for an area of {title}, not for all of it.</source>
        <translation>{portal} ne donne pas plus de {size} Mo à la fois : demandez une partie de {title}, pas le tout.</translation>
    </message>
    <message>
        <source>{portal} gives no parts of files: download the scene.</source>
        <translation>{portal} ne donne pas de parties de fichiers : téléchargez la scène.</translation>
    </message>
    <message>
        <source>{portal} has a certificate of its own, which GDAL would have to trust everywhere: download the scene.</source>
        <translation>{portal} a son propre certificat, que GDAL devrait accepter partout : téléchargez la scène.</translation>
    </message>
    <message>
        <source>{portal} has a damaged {file}: the same wrong bytes came twice.</source>
        <translation>{portal} a un fichier {file} endommagé : les mêmes octets faux sont arrivés deux fois.</translation>
    </message>
    <message>
        <source>{portal} has an address that cannot be asked: {url}</source>
        <translation>{portal} a une adresse que l’on ne peut pas interroger : {url}</translation>
    </message>
    <message>
        <source>{portal} has another {file} than a moment ago.</source>
        <translation>{portal} n’a plus le même {file} qu’à l’instant.</translation>
    </message>
    <message>
        <source>{portal} has no cloud-optimised images of {title}: download the scene.</source>
        <translation>{portal} n’a pas de GeoTIFF optimisés (COG) de {title} : téléchargez la scène.</translation>
    </message>
    <message>
        <source>{portal} has no image of {title} of which an area can be cut out.</source>
        <translation>{portal} n’a aucune image de {title} dans laquelle on puisse découper une zone.</translation>
    </message>
    <message>
        <source>{portal} has no login yet.</source>
        <translation>{portal} n’a pas encore de connexion.</translation>
    </message>
    <message>
        <source>{portal} has none of the wanted bands of {title}.</source>
        <translation>{portal} n’a aucune des bandes voulues de {title}.</translation>
    </message>
    <message>
        <source>{portal} has none of the wanted files of {title} for download.</source>
        <translation>{portal} ne propose au téléchargement aucun des fichiers voulus de {title}.</translation>
    </message>
    <message>
        <source>{portal} is asked for a code…</source>
        <translation>Demande d’un code à {portal}…</translation>
    </message>
    <message>
        <source>{portal} is fetching {title} from its archive.</source>
        <translation>{portal} est en train de sortir {title} de ses archives.</translation>
    </message>
    <message>
        <source>{portal} is not reachable.</source>
        <translation>{portal} est injoignable.</translation>
    </message>
    <message>
        <source>{portal} is out of order at the moment ({answer}).</source>
        <translation>{portal} est en panne pour le moment ({answer}).</translation>
    </message>
    <message>
        <source>{portal} is still making {title} ready: try again in some minutes.</source>
        <translation>{portal} prépare encore {title} : réessayez dans quelques minutes.</translation>
    </message>
    <message>
        <source>{portal} keeps {title} offline ({status}).</source>
        <translation>{portal} garde {title} hors ligne ({status}).</translation>
    </message>
    <message>
        <source>{portal} knows the login but does not permit this ({answer}).</source>
        <translation>{portal} reconnaît les identifiants mais n’autorise pas cela ({answer}).</translation>
    </message>
    <message>
        <source>{portal} lacks none of them.</source>
        <translation>Il n’en manque aucune à {portal}.</translation>
    </message>
    <message>
        <source>{portal} lacks these scenes, which others hold:</source>
        <translation>Il manque à {portal} ces scènes, que d’autres détiennent :</translation>
    </message>
    <message>
        <source>{portal} leads to an address that cannot be asked: {url}</source>
        <translation>{portal} mène à une adresse que l’on ne peut pas interroger : {url}</translation>
    </message>
    <message>
        <source>{portal} lets {size} go in {days} days; {used} came from there so far.</source>
        <translation>{portal} livre {size} en {days} jours ; {used} en sont déjà venus.</translation>
    </message>
    <message>
        <source>{portal} lists no {what} in {title}: fetch the whole product instead.</source>
        <translation>{portal} n’indique pas de {what} dans {title} : téléchargez plutôt le produit entier.</translation>
    </message>
    <message>
        <source>{portal} no longer answers at this address ({status}).</source>
        <translation>{portal} ne répond plus à cette adresse ({status}).</translation>
    </message>
    <message>
        <source>{portal} redirects in a circle.</source>
        <translation>{portal} redirige en boucle.</translation>
    </message>
    <message>
        <source>{portal} refuses the question ({answer}).</source>
        <translation>{portal} refuse la question ({answer}).</translation>
    </message>
    <message>
        <source>{portal} refuses: accept the licence of this data set once in its viewer.</source>
        <translation>{portal} refuse : acceptez une fois la licence de ces données dans son visualiseur.</translation>
    </message>
    <message>
        <source>{portal} refuses: register the Cloud project for Earth Engine, and switch the interface on in it. ({said})</source>
        <translation>{portal} refuse : inscrivez le projet Cloud à Earth Engine et activez-y l’interface. ({said})</translation>
    </message>
    <message>
        <source>{portal} rests until {time}</source>
        <translation>{portal} est au repos jusqu’à {time}</translation>
    </message>
    <message>
        <source>{portal} resumed {file} at the wrong byte.</source>
        <translation>{portal} a repris {file} au mauvais octet.</translation>
    </message>
    <message>
        <source>{portal} sends readers on to another server: download the scene.</source>
        <translation>{portal} renvoie les lecteurs vers un autre serveur : téléchargez la scène.</translation>
    </message>
    <message>
        <source>{portal} sent a web page instead of a file; the login or the licence may be missing.</source>
        <translation>{portal} a envoyé une page web au lieu d’un fichier ; la connexion ou la licence manque peut-être.</translation>
    </message>
    <message>
        <source>{portal} sent a web page instead of {file}; the login or the licence may be missing.</source>
        <translation>{portal} a envoyé une page web au lieu de {file} ; il manque peut-être les identifiants ou la licence.</translation>
    </message>
    <message>
        <source>{portal} sent an answer that cannot be read ({why}).</source>
        <translation>{portal} a envoyé une réponse illisible ({why}).</translation>
    </message>
    <message>
        <source>{portal} sent an answer that cannot be read.</source>
        <translation>{portal} a envoyé une réponse illisible.</translation>
    </message>
    <message>
        <source>{portal} sent an answer that is not JSON.</source>
        <translation>{portal} a envoyé une réponse qui n’est pas du JSON.</translation>
    </message>
    <message>
        <source>{portal} sent more than {size} MB for one answer.</source>
        <translation>{portal} a envoyé plus de {size} Mo pour une seule réponse.</translation>
    </message>
    <message>
        <source>{portal} sent no file for {file} (status {status}).</source>
        <translation>{portal} n’a pas envoyé de fichier pour {file} (état {status}).</translation>
    </message>
    <message>
        <source>{portal} sent no image.</source>
        <translation>{portal} n’a pas envoyé d’image.</translation>
    </message>
    <message>
        <source>{portal} sent only part of an answer.</source>
        <translation>{portal} n’a envoyé qu’une partie de la réponse.</translation>
    </message>
    <message>
        <source>{portal} sent {got} of {wanted} bytes of {file}.</source>
        <translation>{portal} a envoyé {got} octets sur {wanted} de {file}.</translation>
    </message>
    <message>
        <source>{portal} takes no orders for offline products.</source>
        <translation>{portal} ne prend pas de commandes de produits hors ligne.</translation>
    </message>
    <message>
        <source>{portal} wants a login before it can be searched.</source>
        <translation>{portal} demande des identifiants avant toute recherche.</translation>
    </message>
    <message>
        <source>{portal} wants a login before it lets files go ({scenes}).</source>
        <translation>{portal} demande un identifiant pour livrer des fichiers ({scenes}).</translation>
    </message>
    <message>
        <source>{portal} wants a login before it lets files go.</source>
        <translation>{portal} demande des identifiants avant de livrer des fichiers.</translation>
    </message>
    <message>
        <source>{portal} wants a login, and nobody told us which. If you added this portal, its entry in the portals file must tell its “auth”.</source>
        <translation>{portal} demande une identification que nous ne connaissons pas. Si vous avez ajouté ce portail, son entrée dans le fichier de portails doit indiquer « auth ».</translation>
    </message>
    <message>
        <source>{portal} wants a new one-time code: log in again.</source>
        <translation>{portal} demande un nouveau code à usage unique : reconnectez-vous.</translation>
    </message>
    <message>
        <source>{portal}: {count} products in {seconds} s</source>
        <translation>{portal} : {count} produits en {seconds} s</translation>
    </message>
    <message>
        <source>{quicklooks} loaded.</source>
        <translation>Chargement terminé : {quicklooks}.</translation>
    </message>
    <message>
        <source>{scenes} failed: {why}</source>
        <translation>échec pour {scenes} : {why}</translation>
    </message>
    <message>
        <source>{scenes} from {portals}</source>
        <translation>{scenes}, {portals}</translation>
    </message>
    <message>
        <source>{scenes} of unknown size</source>
        <translation>{scenes} de taille inconnue</translation>
    </message>
    <message>
        <source>{scenes} on the disk already.</source>
        <translation>{scenes} déjà sur le disque.</translation>
    </message>
    <message>
        <source>{scenes} on the disk.</source>
        <translation>{scenes} sur le disque.</translation>
    </message>
    <message>
        <source>{scenes} ordered from the archive of {portal}: that may take hours, the download then begins by itself.</source>
        <translation>Commande aux archives de {portal} : {scenes}. Cela peut prendre des heures, le téléchargement commencera ensuite de lui-même.</translation>
    </message>
    <message>
        <source>{scenes} seen on the disk: {folder}</source>
        <translation>{scenes} sur le disque : {folder}</translation>
    </message>
    <message>
        <source>{scenes} wait to be downloaded.</source>
        <translation>En attente de téléchargement : {scenes}.</translation>
    </message>
    <message>
        <source>{scenes} wait: all downloads are paused.</source>
        <translation>En attente : {scenes}. Tous les téléchargements sont suspendus.</translation>
    </message>
    <message>
        <source>{scenes} with at most {most} % cloud in the area</source>
        <translation>{scenes} avec au plus {most} % de nuages dans la zone</translation>
    </message>
    <message>
        <source>{scenes} without a mask that can be read without a download</source>
        <translation>{scenes} sans masque lisible sans téléchargement</translation>
    </message>
    <message>
        <source>{scenes}, about {part} instead of {size}</source>
        <translation>{scenes}, environ {part} au lieu de {size}</translation>
    </message>
    <message>
        <source>{scenes}, {files}, {size} in {folder}</source>
        <translation>{scenes}, {files}, {size} dans {folder}</translation>
    </message>
    <message>
        <source>{scenes}, {size} in all</source>
        <translation>{scenes}, {size} au total</translation>
    </message>
    <message>
        <source>{scene} has no {assets} at {portal}.</source>
        <translation>{scene} n’a pas {assets} chez {portal}.</translation>
    </message>
    <message>
        <source>{scene} has no {bands}.</source>
        <translation>{scene} n’a pas de {bands}.</translation>
    </message>
    <message>
        <source>{scene} has no {bands}: “{style}” becomes “{instead}”.</source>
        <translation>{scene} n’a pas {bands} : « {style} » devient « {instead} ».</translation>
    </message>
    <message>
        <source>{scene} is not complete: {images} are not there.</source>
        <translation>{scene} n’est pas complet : il manque {images}.</translation>
    </message>
    <message>
        <source>{scene} is on the disk already: {path}</source>
        <translation>{scene} est déjà sur le disque : {path}</translation>
    </message>
    <message>
        <source>{scene} quicklook</source>
        <translation>{scene} aperçu</translation>
    </message>
    <message>
        <source>{scene}: the offset of -0.1 was probably applied to {band} already before it came here. Reflectance may be 0.1 too low.</source>
        <translation>{scene} : le décalage de −0,1 a probablement déjà été appliqué à {band} avant son arrivée ici. La réflectance peut être trop basse de 0,1.</translation>
    </message>
    <message>
        <source>{scene}: {count} files, {size} MB from {portal}</source>
        <translation>{scene} : {count} fichiers, {size} Mo depuis {portal}</translation>
    </message>
    <message>
        <source>{server} gave no list of layers: {why}.</source>
        <translation>{server} n’a pas donné de liste de couches : {why}.</translation>
    </message>
    <message>
        <source>{server} refuses: {why}</source>
        <translation>{server} refuse : {why}</translation>
    </message>
    <message>
        <source>{shown} of {count} layers</source>
        <translation>{shown} couches sur {count}</translation>
    </message>
    <message>
        <source>{size} left</source>
        <translation>encore {size}</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>il y a {time}</translation>
    </message>
    <message>
        <source>{title} has none of the bands {bands} on the disk.</source>
        <translation>{title} n’a aucune des bandes {bands} sur le disque.</translation>
    </message>
    <message>
        <source>{title} holds no image, only measurements along a track.</source>
        <translation>{title} ne contient pas d’image, seulement des mesures le long d’une trace.</translation>
    </message>
    <message>
        <source>{title}, downloaded from {portal}.</source>
        <translation>{title}, téléchargé depuis {portal}.</translation>
    </message>
    <message>
        <source>{title}, read from {portal} while it is drawn.</source>
        <translation>{title}, lu sur {portal} au moment du dessin.</translation>
    </message>
    <message>
        <source>{title}: {count} collections, {known} of them are among ours.</source>
        <translation>{title} : {count} collections, dont {known} parmi les nôtres.</translation>
    </message>
</context>
</TS>
