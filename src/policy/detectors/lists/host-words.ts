/**
 * Words that hosts are named with: services, places, trades and common English. Pairs of their letters tell a name that
 * somebody has thought up from one that a program has made; see `strangeness`.
 */
export const HOST_WORDS = `
account accounts action active admin agent alpha analytics android answer apache apex app apple apps archive
area artifact artifacts asset assets assist async auth author auto avatar backend backup balance bank base basic beacon
beta better billing binary bitbucket black block blog blue board book boost bot box branch bridge bright broker browser
bucket build builder bundle business cache calendar call camp canary capital cargo cart catalog center central certs
channel chart chat check chrome circle city class clean client clock cloud cluster code collect collector color commerce
common community compass compute config connect console consumer contact container content control cookie core corner
count cover crash create creative credit cross crystal custom customer daily data database date deal debug default
delivery deploy design desk desktop detail developer developers device dialog digital direct discovery display dist docs
document domain dot download downloads dragon drive dynamic earth east easy echo edge editor education elastic electric
email emerald energy engine enterprise error event events example exchange express extension external factory family
fast favicon feature feed field file files filter finance find fire first flag flash flex flow fly focus folder font
fonts food force forest form forum forward foundation frame free fresh front frontend fusion future gallery game games
gate gateway general geo gift github global gold good graph graphics graphql gravity green grid ground group growth guide
hand harbor headers health heart help hero hide high history hive home hook hooks horizon host hosted hosting hotel house
hub human image images impact import index info infra ingest ingress input insight instance intake integration internal
internet invite island issue item java jenkins job join journal junction kernel key keys kind kitchen kube label lambda
land language large latest launch layer lead leaf learn legal level library light lighthouse like limit line link linux
list live load local locale location log logger login logs long machine magic mail main maker manager manifest map maps
market marketing master match media medium member memory merchant message messages meta metric metrics micro middle
mind mini mirror mirrors mobile mode model modern module monitor monitoring moon mountain move movie music native nature
network news next node notify number object ocean office official online open operator orange order origin output
package packages page pages paint panel paper parent park partner path pay payment payments people perfect performance
phone photo photos picture pipeline pixel plan planet platform play player plugin point policy poll pool popular port
portal post power premium press preview price print private probe product production profile program project promo
protect provider proxy public publish pulse push python quality query quick radio raw reach reader ready real record
recover redirect region register registry release releases remote render repo report reports request research reserve
resource resources result retail review ring river road robot rocket root route router runner runtime safe sample sandbox
scan school science scope script search secure security segment select sender sensor sentry server service services
session settings share shared shell shield ship shop short sign signal silver simple single site skill small smart snap
social soft software solution source south space spark speed spider sport spring stack staff stage staging standard star
start state static station stats status steam step storage store stories stream string studio style submit success
summer summit sun super support surface survey swift switch sync system table target task team tech telemetry template
terminal test theme thing think thumb ticket tiger time token tools top total touch tower track tracker tracking trade
traffic train transfer transit travel tree trend trust turbo ubuntu under union unit united universe update updates
upload uploads upstream user users valley value vector vendor verify version video view village virtual vision visit
vista visual voice vote wallet warehouse watch water wave weather web webhook welcome west white widget wild window
windows wire wireless wonder word work worker workers workspace world yellow young zone
`;
