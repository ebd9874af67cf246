"""What stands in QGIS's window: it shows and asks, the bridge does.

desktop             actions, menus and dock in QGIS's window, and their undo
dock                the dock: area, images, portals, search, answers
area_panel          seven ways to an area; area_band shows it on the map
maptools            rectangle and polygon by mouse
paste_dialog        WKT or GeoJSON, checked while one types
what_panel          collection, dates, cloud cover
portals_panel       the portals with a tick each; closed_row folds away those that are gone
portal_tip          what a portal can do, in a tooltip
portal_dialog       add a STAC portal
portals_dialog      the window about the portals: health_panel, compare_panel
login_form          the login of a portal: chosen, completed, tried; browser_dialog logs in there
credentials_dialog  the login of a portal, from the dock
options_page        our page in QGIS's options: accounts_panel, downloads_options
status_panel        what each portal answers, one row each
results_panel       what was found, and what to do with it
search_runner       a search from the button to the layer
layer_menu          the right click on a footprint layer
streaming           scenes on the map without downloading them
cloud               the cloud in the area, and only the clear scenes
downloads           a download from the menu to the disk
batches             what was asked for together is told together
queue_runner        the download queue in this window
queue_panel         its dock: every job and what can be done with it; queue_model its table
loading             scenes from the disk onto the map; quicklooks
bands_dialog        which files to fetch
preflight_dialog    the sheet before a download starts
relinking           layers whose files were moved, found again
ogc_dialog          layers of WMS, WMTS, WCS and mviewer servers
notices             sentences with buttons in the message bar
words               numbers, sizes and dates as people read them

Object names, which tests and customised windows rely on:

window    spDockAction (Web menu and tool bar), spHelpAction, spDock
area      spAreaCanvas spAreaRectangle spAreaPolygon spAreaSelection spAreaLayer spAreaPaste
          spAreaZoom spAreaClear spAreaLabel; spPasteDialog spPasteText spPasteVerdict
images    spCollection spStart spEnd spQuickDates spUseCloud spCloudSlider spCloud
portals   spPortalList spPortalsAll spPortalsNone spLogin spAddPortal
          spShowClosed spSearchInstead spPortalsOverview; spPortalDialog spPortalUrl
          spPortalTest spPortalTitle spPortalVerdict spPortalCollections spTheirs_COLLECTION;
          spCredentialsDialog
more      spMoreBox spLimit spAddToResults spLoadAfter spComposition spPercentiles
search    spSearchButton spCancelButton
status    spStatusTable spStatus_PORTAL spState_PORTAL spNote_PORTAL spAction_PORTAL
results   spResultsPanel spResultsLine spDownloadButton spBandsButton spQuicklookButton
          spStreamButton spZoomButton spStyle spDownloadProgress spStopDownload
layer     spDownloadAction spQuicklookAction spMosaicAction spZoomAction spBandsAction
          spStreamAction spCloudAction spClearAction spShowAllAction spStyle_cloud spStyle_aoi_cloud
          spStyle_portal spStyle_date (right click on a footprint layer)
bands     spBandsDialog spBandsList spBandsChoice spBandsArea spBandsSize
overview  spPortalsDialog spPortalsTabs; spHealthTable spHealthCheck spHealthLine;
          spCompareTitle spCompareTable spCompareLacks spCompareMissing spCompareSave
sheet     spPreflightDialog spPreflightTitle spPreflightBusy spPreflightLooking spPreflightSkip
          spPreflightRow_NAME spPreflightFolder spPreflightLogin_PORTAL spPreflightEverything
          spPreflightQuiet spPreflightDownload spPreflightCancel
options   spOptionsPage spOptionsTabs; spOptionsFolder spOptionsFolders spOptionsAddFolder
          spOptionsRemoveFolder spOptionsLookAgain spOptionsLooked spOptionsLoadAfter
          spOptionsAtOnce spOptionsRate spOptionsRateUnit spOptionsHours spOptionsFromHour
          spOptionsToHour spOptionsGoesOn spOptionsQuiet spOptionsOrder spOptionsUp
          spOptionsDown; spOptionsLimit; spAccountList
login     spLoginForm spLoginText spAuthConfig spLoginBrowser spLogin_totp spLoginMore
          spLogin_client_id spLogin_client_secret spLogin_refresh_token spLogin_origin
          spLoginTest spLoginVerdict; spBrowserDialog spBrowserText spBrowserCode
          spBrowserCopy spBrowserOpen spBrowserWait spBrowserAgain
web maps  spOgcAction (Web menu) spOgcDialog spOgcAddress spOgcRead spOgcLogin spOgcFilter
          spOgcHere spOgcLayers spOgcTime spOgcAdd spOgcVerdict
queue     spQueueAction (Web menu and tool bar) spQueueDock spQueueBar spQueueTable
          spQueuePause spQueueResume spQueueCancel spQueueRetry spQueueTop spQueueUp
          spQueueDown spQueueFolder spQueueLoad spQueueSweep spQueueAll spQueueSettings
          spQueueStates spQueueSearch spQueueTotals spQueueTrouble spQueueRemedy
messages  spGoOnButton spRemedyButton spLoadButton spOpenFolderButton spChooseFolder
          spDetailsButton spTakeCanvas spRelinkButton spRelinkFolders
          spOpenPortalsFile spReadPortalsAgain
"""
