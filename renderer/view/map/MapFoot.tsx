import type { ReactNode } from 'react';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { joinNames } from '../../chart/treemap/mapText';
import { sharedEdge } from '../../chart/treemap/mapPicture';
import { textures } from '../../chart/layers/textures';
import { useT } from '../../store/hooks';
import { tip } from '../../ui/Tooltip';

interface Props {
  readonly bytes: number;
  /** The blocks are files: there are neither kinds of layers nor shared ones. */
  readonly inLayer: boolean;
  /** Bytes of layers are unpacked ones, as an engine tells them. */
  readonly unpacked: boolean;
  /** The images lie in an archive or a folder that is looked at, and not in the store. */
  readonly elsewhere: boolean;
  /** Repositories without a byte of their own. */
  readonly without: readonly string[];
}

const samples = [2, 4, 8];
const kinds = ['rootfs', 'packages', 'build', 'copy'] as const;
const named = 2;

/** What the map's areas, edges and textures mean, and which repositories have no area. */
export function MapFoot({ bytes, inLayer, unpacked, elsewhere, without }: Props): ReactNode {
  const t = useT();
  const all = without.map(visibleText);
  const area = inLayer ? 'area.files' : unpacked ? 'area.unpacked' : elsewhere ? 'area.elsewhere' : 'area';
  const names =
    all.length > named + 1
      ? t('map.andMore', { names: joinNames(all.slice(0, named), t), count: all.length - named })
      : joinNames(all, t);
  return (
    <div className="map-foot f11 t3">
      <span className="num">
        <span className="t2 m">{formatBytes(bytes)}</span> {t(`map.${area}`)}
      </span>
      {!inLayer && all.length > 0 && (
        <span className="ell map-without" tabIndex={0} {...tip(joinNames(all, t))}>
          {t('map.none', { names })}
        </span>
      )}
      {!inLayer && (
        <span className="map-legend">
          <span className="row map-edge">
            {t('map.edge')}
            {samples.map((images) => (
              <span key={images} className="row num">
                <i style={{ width: sharedEdge(images) }} />
                {images}
              </span>
            ))}
          </span>
          {kinds.map((kind) => (
            <span key={kind} className="row map-kind">
              <Texture kind={kind} />
              {t(`map.texture.${kind}`)}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}

/** A little of a texture. */
function Texture({ kind }: { readonly kind: (typeof kinds)[number] }): ReactNode {
  const [width, height, path] = textures[kind];
  const id = `map-legend-${kind}`;
  return (
    <svg className="map-texture" width="20" height="12" aria-hidden="true">
      <pattern id={id} width={width} height={height} patternUnits="userSpaceOnUse">
        <path d={path} />
      </pattern>
      <rect width="20" height="12" rx="2" className="ground" />
      <rect width="20" height="12" rx="2" fill={`url(#${id})`} />
    </svg>
  );
}
